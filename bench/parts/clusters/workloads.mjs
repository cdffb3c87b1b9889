/** What is placed in the benches: small enough that a hundred clusters of the usual shape hold a thousand of them. */
import { rateOf } from '../client.mjs';
import { make, SPACE } from './fleet.mjs';
import { until } from './processes.mjs';

export const DEPLOYMENTS = `/apis/apps/v1/namespaces/${SPACE}/deployments`;
const POLICIES = `/apis/policy.kurator.dev/v1alpha1/namespaces/${SPACE}/propagationpolicies`;
const APPLICATIONS = `/apis/apps.kurator.dev/v1alpha1/namespaces/${SPACE}/applications`;
const CLIENTS = 16;

const container = { name: 'main', image: 'registry.example.com/web:1', resources: { requests: { cpu: '500m', memory: '1Gi' } } };
export const deployment = (name, replicas) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: SPACE, labels: { app: name } },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [container] } } },
});
const policy = (name, placement) => ({
  apiVersion: 'policy.kurator.dev/v1alpha1', kind: 'PropagationPolicy', metadata: { name, namespace: SPACE },
  spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name }], placement },
});

/** Six of the twenty-five clusters of a group, one replica each, weighted by the room they have. */
const overSix = i => ({
  clusterAffinity: { labelSelector: { matchLabels: { group: `g${i % 4}` } } },
  spreadConstraints: [{ spreadByField: 'cluster', minGroups: 6, maxGroups: 6 }],
  replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted', weightPreference: { dynamicWeight: 'AvailableReplicas' } },
});

export const nameOf = i => `web-${String(i).padStart(4, '0')}`;

/** @param {(i: number) => object} [placement] */
export async function makePolicies(fleet, count, placement = overSix) {
  await rateOf(count, CLIENTS, i => make(fleet, POLICIES, policy(nameOf(i), placement(i))));
}

export async function makeDeployments(fleet, count, replicas) {
  await rateOf(count, CLIENTS, i => make(fleet, DEPLOYMENTS, deployment(nameOf(i), replicas)));
}

/** Applications of one component that does what {@link overSix} says. */
export async function makeApplications(fleet, count) {
  await rateOf(count, CLIENTS, i =>
    make(fleet, APPLICATIONS, {
      apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name: nameOf(i), namespace: SPACE },
      spec: { components: [{ name: nameOf(i), type: 'Deployment', template: { spec: { replicas: 6, template: { spec: { containers: [container] } } } }, placement: overSix(i) }] },
    }),
  );
}

const isDeployment = path => path.startsWith(`${DEPLOYMENTS}/`) && !path.endsWith('/status');

/** Waits until so many Deployments stand in members. @returns {Promise<number[]>} when each was first written, ms since the epoch, in order */
export async function writtenInMembers({ simulator }, count, limitMs) {
  const first = new Map();
  let from = 0;
  await until(`${count} Deployments written into members`, async () => {
    const found = await simulator.ask('writes', from);
    from += found.length;
    for (const [port, path, at] of found) if (isDeployment(path) && !first.has(`${port} ${path}`)) first.set(`${port} ${path}`, at);
    return first.size >= count;
  }, limitMs, 250);
  return [...first.values()].sort((a, b) => a - b);
}
