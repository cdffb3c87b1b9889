/** What the backend keeps of clusters: of one with 5,000 pods, and of 100 with 1,000 applications. */
import { residentMb } from '../servers.mjs';
import { openFleet, readPage, register } from './fleet.mjs';
import { askChild, until } from './processes.mjs';
import { makeApplications, writtenInMembers } from './workloads.mjs';

const PODS = 5_000;
const NODES = 50;
const WORKLOADS = 100;
const APPLICATIONS = 1_000;
const CLUSTERS = 6;
const SETTLE_MS = 20_000;

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const heldMb = async ({ portal }) => (await askChild(portal.child, 'memory')).heldMb;

const shape = (name, workloads) => ({
  name, provider: 'onprem', region: 'r', latency: '5ms', workloads,
  nodeGroups: [{ name: 'general', count: NODES, zones: ['za', 'zb'], instanceType: 'general-64c', capacity: { cpu: '64', memory: '256Gi', 'ephemeral-storage': '200Gi', pods: '110' } }],
});
const workloads = Array.from({ length: WORKLOADS }, (_, i) => ({ namespace: `team-${i % 10}`, name: `app-${i}`, replicas: PODS / WORKLOADS, requests: { cpu: '100m', memory: '128Mi' } }));

/** The difference that the second cluster makes once the first has loaded all that any needs. */
export async function podMemory(figures) {
  const fleet = await openFleet({ clusters: [shape('empty-0001', []), shape('full-0002', workloads)], join: ['empty-0001'] });
  try {
    await wait(SETTLE_MS);
    const before = await heldMb(fleet);
    await register(fleet, fleet.names);
    await until(`${PODS} pods seen`, async () => (await readPage(fleet, 'clusters/full-0002')).row.pods?.asked >= PODS, 120_000, 1_000);
    await wait(SETTLE_MS);
    const held = Number(((await heldMb(fleet)) - before).toFixed(1));
    figures.put({ figure: `facts of a cluster of ${PODS} pods on ${NODES} nodes, with what is shown of them: heap of the backend`, value: held, unit: 'MB', target: '≤ 5', met: held <= 5, comparedTo: `${before.toFixed(1)} MB with an empty cluster` });
  } finally {
    await fleet.close();
  }
}

export async function fleetMemory(figures) {
  const fleet = await openFleet({ clusters: 100 });
  try {
    await makeApplications(fleet, APPLICATIONS);
    await writtenInMembers(fleet, APPLICATIONS * CLUSTERS, 600_000);
    await until('all applications Ready', async () => (await readPage(fleet, 'applications?limit=1')).states.Ready >= APPLICATIONS, 300_000, 2_000);
    await wait(SETTLE_MS);
    const resident = residentMb(fleet.portal);
    const held = await heldMb(fleet);
    figures.put({ figure: `backend with 100 clusters and ${APPLICATIONS} applications on ${CLUSTERS} each: resident`, value: resident, unit: 'MB', target: '≤ 700', met: resident <= 700, comparedTo: `${Math.round(held)} MB of it held after collection` });
  } finally {
    await fleet.close();
  }
}
