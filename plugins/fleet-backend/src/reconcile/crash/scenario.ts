import type { KubeObject } from '@flotilla/kube-api';
import { aComponent, anApplication, namespace, on } from '../testing/shop';
import { until, type TestHub } from '../testing/TestHub';

/** What is done to the hub while it is killed; every step may be repeated, as a person repeats a command that got no answer. */
export type Scenario = 'apply' | 'delete';

const both = { placement: { ...on('a', 'b').placement, replicaScheduling: { replicaSchedulingType: 'Duplicated' } } };
const reading = { template: { spec: { containers: [{ name: 'main', image: 'web:1', envFrom: [{ configMapRef: { name: 'conf' } }] }] } } };

const inside = (object: KubeObject, space: string): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace: space } });

/** Two clusters, a ConfigMap that travels, and a Job; `train` keeps its revision when `api` gets a new one. */
export const appOf = (space: string, revision: 'one' | 'two'): KubeObject =>
  inside(anApplication([aComponent('api', { ...both, spec: { replicas: revision === 'one' ? 2 : 3, ...reading } }), aComponent('train', { type: 'Job', ...on('a') })]), space);

const configMap = (space: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: space }, data: { a: 'b' } });

const clustersListed = (hub: TestHub) =>
  until(() => ['a', 'b'].every(name => ['apps/v1 Deployment', 'batch/v1 Job'].every(kind => hub.observer.listed(name, { apiVersion: kind.split(' ')[0], kind: kind.split(' ')[1] }) && hub.observer.seen(name)?.nodes !== undefined)), 30_000);

/** Ready, and of the newest spec. */
async function settled(hub: TestHub, app: KubeObject): Promise<void> {
  await until(async () => {
    const now = await hub.get(app);
    const condition = (type: string) => now?.status?.conditions?.find((each: any) => each.type === type);
    const isNew = now?.status?.observedGeneration === now?.metadata.generation;
    return (isNew && condition('Ready')?.status === 'True' && condition('Applied')?.status === 'True' && condition('Reconciling') === undefined) || JSON.stringify(now?.status);
  }, 60_000);
}

async function applyOne(hub: TestHub, space: string): Promise<void> {
  await hub.apply(namespace(space), configMap(space), appOf(space, 'one'));
  await settled(hub, appOf(space, 'one'));
}

/**
 * Goes through the scenario to its end, from wherever a killed process left it.
 * @param armed - called when what follows is the part that is killed
 */
export async function play(hub: TestHub, scenario: Scenario, space: string, armed: () => void): Promise<void> {
  await clustersListed(hub);
  const app = appOf(space, 'one');
  if (scenario === 'apply') {
    armed();
    const stored = await hub.get(app);
    if (!stored || stored.spec.components[0].template.spec.replicas === 2) await applyOne(hub, space);
    await hub.apply(appOf(space, 'two'));
    await settled(hub, app);
    return;
  }
  const spaceIsNew = (await hub.get(namespace(space))) === undefined;
  if (spaceIsNew) await applyOne(hub, space);
  armed();
  if (await hub.get(app)) await hub.delete(app);
  await until(async () => (await hub.get(app)) === undefined, 60_000);
}
