import type { KubeObject } from '@flotilla/kube-api';
import { aComponent, anApplication, on } from '../testing/shop';
import { until, type TestHub } from '../testing/TestHub';

/** What is done to the hub while it is killed; every step may be repeated, as a person repeats a command that got no answer. */
export type Scenario = 'apply' | 'delete';

const both = { placement: { ...on('a', 'b').placement, replicaScheduling: { replicaSchedulingType: 'Duplicated' } } };
const reading = { template: { spec: { containers: [{ name: 'main', image: 'web:1', envFrom: [{ configMapRef: { name: 'conf' } }] }] } } };

/** Two clusters, a ConfigMap that travels, and a Job; `train` keeps its revision when `api` gets a new one. */
export const app = (revision: 'one' | 'two'): KubeObject =>
  anApplication([aComponent('api', { ...both, spec: { replicas: revision === 'one' ? 2 : 3, ...reading } }), aComponent('train', { type: 'Job', ...on('a') })]);

const configMap: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'shop' }, data: { a: 'b' } };

const clustersListed = (hub: TestHub) =>
  until(() => ['a', 'b'].every(name => ['apps/v1 Deployment', 'batch/v1 Job'].every(kind => hub.observer.listed(name, { apiVersion: kind.split(' ')[0], kind: kind.split(' ')[1] }) && hub.observer.seen(name)?.nodes !== undefined)), 30_000);

/** Ready, and of the newest spec. */
async function settled(hub: TestHub): Promise<void> {
  await until(async () => {
    const now = await hub.get(app('one'));
    const condition = (type: string) => now?.status?.conditions?.find((each: any) => each.type === type);
    const isNew = now?.status?.observedGeneration === now?.metadata.generation;
    return (isNew && condition('Ready')?.status === 'True' && condition('Applied')?.status === 'True' && condition('Reconciling') === undefined) || JSON.stringify(now?.status);
  }, 60_000);
}

async function applyOne(hub: TestHub): Promise<void> {
  await hub.apply(configMap, app('one'));
  await settled(hub);
}

/** What comes before the part that is killed. */
export async function prepare(hub: TestHub, scenario: Scenario): Promise<void> {
  await clustersListed(hub);
  if (scenario === 'delete') await applyOne(hub);
}

/** Goes through the scenario to its end, from wherever a killed process left it. */
export async function play(hub: TestHub, scenario: Scenario): Promise<void> {
  await clustersListed(hub);
  const stored = await hub.get(app('one'));
  if (scenario === 'apply') {
    if (!stored || stored.spec.components[0].template.spec.replicas === 2) await applyOne(hub);
    await hub.apply(app('two'));
    await settled(hub);
    return;
  }
  if (stored) await hub.delete(stored);
  await until(async () => (await hub.get(app('one'))) === undefined, 60_000);
}
