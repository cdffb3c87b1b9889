/** What a restart costs the members, and how long it takes until all is quiet again. */
import { allWell, openFleet, readPage } from './fleet.mjs';
import { coresSince, until } from './processes.mjs';
import { makeApplications, writtenInMembers } from './workloads.mjs';

const APPLICATIONS = 1_000;
const CLUSTERS = 6;
/** Quiet is when the process does next to nothing for so long. */
const QUIET_CORES = 0.25;
const QUIET_MS = 4_000;
const QUIET_LIMIT_MS = 240_000;

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** @returns {Promise<number>} when it became quiet, as performance.now() */
async function quiet(pid) {
  let since = performance.now();
  await until('the backend is quiet', async () => {
    const cores = coresSince({ pid });
    await wait(500);
    if (cores() > QUIET_CORES) since = performance.now();
    return performance.now() - since >= QUIET_MS;
  }, QUIET_LIMIT_MS, 0);
  return since;
}

const sumOf = (list, but = []) => list.reduce((sum, counts) => sum + Object.entries(counts).reduce((all, [kind, count]) => (but.includes(kind) ? all : all + count), 0), 0);

export async function restart(figures) {
  const fleet = await openFleet({ clusters: 100 });
  try {
    await makeApplications(fleet, APPLICATIONS);
    await writtenInMembers(fleet, APPLICATIONS * CLUSTERS, 600_000);
    const allReady = async () => (await readPage(fleet, 'applications?limit=1')).states.Ready >= APPLICATIONS;
    await until('all applications Ready', allReady, 300_000, 1_000);
    await quiet(fleet.portal.pids[0]);
    const watches = async () => (await fleet.simulator.ask('open')).filter(each => each.kind === 'watch').length;
    const before = await watches();
    await fleet.portal.close();
    fleet.client.close();
    await fleet.simulator.ask('reset');
    const writes = (await fleet.simulator.ask('writes', 0)).length;
    const began = performance.now();
    await fleet.start();
    const up = performance.now();
    await allWell(fleet, 100);
    await until('all is watched again', async () => (await watches()) >= before, 120_000);
    const steady = Math.round(((await quiet(fleet.portal.pids[0])) - began) / 1_000);
    const counts = Object.values(await fleet.simulator.ask('counts'));
    const perCluster = Number((sumOf(counts, ['probe']) / 100).toFixed(1));
    const written = (await fleet.simulator.ask('writes', 0)).length - writes;
    const kinds = [...new Set(counts.flatMap(Object.keys))].map(kind => `${kind} ${(counts.reduce((sum, each) => sum + (each[kind] ?? 0), 0) / 100).toFixed(1)}`);
    const most = Math.max(...counts.map(each => sumOf([each], ['probe'])));
    figures.put({ figure: `restart with 100 clusters and ${APPLICATIONS} applications: start of the process → steady`, value: steady, unit: 's', target: '≤ 30', met: steady <= 30, comparedTo: `${Math.round((up - began) / 1_000)} s of it until the API serves` });
    figures.put({ figure: 'restart: calls made to each member until all was steady, probes not counted', value: perCluster, unit: '', target: '≤ 20', met: most <= 20, comparedTo: `most to one: ${most}; ${kinds.sort().join(', ')}` });
    figures.put({ figure: 'restart: writes into members, all as wanted before', value: written, unit: '', target: '0', met: written === 0 });
    if (!(await allReady())) throw new Error('not all applications are Ready after the restart');
  } finally {
    await fleet.close();
  }
}
