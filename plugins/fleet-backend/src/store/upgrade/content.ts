import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import type { Activity, Fence, Reservation, StoredDecision, Stores, Work } from '../types';

/** What the databases of earlier versions hold, so that the test of upgrading knows what it must find. Never change: add. */
export const HUB_KEY = { id: 'first', key: Buffer.alloc(32, 7) };
export const AT = 1_780_000_000_000;

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const object = (apiVersion: string, kind: string, name: string, rest: Record<string, unknown>, metadata = {}): KubeObject => ({
  apiVersion, kind, metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, creationTimestamp: '2026-05-28T20:26:40Z', ...metadata }, ...rest,
});

export const application = object('apps.kurator.dev/v1alpha1', 'Application', 'web', { spec: { components: [{ name: 'api', type: 'Deployment' }] } }, { labels: { team: 'blue' }, finalizers: ['fleet.kurator.dev/members'] });
export const secret = object('v1', 'Secret', 'pass', { type: 'Opaque', data: { token: 'bm90LWEtc2VjcmV0' } }, { annotations: { [LAST_APPLIED]: '{"data":{"token":"bm90LWEtc2VjcmV0"}}' } });
export const map = object('v1', 'ConfigMap', 'settings', { data: { colour: 'blue', sign: "it's 'quoted', 中文" } });
export const KEYS: Record<'application' | 'secret' | 'map' | 'gone', ObjectKey> = {
  application: { group: 'apps.kurator.dev', resource: 'applications', namespace: 'shop', name: 'web' },
  secret: { group: '', resource: 'secrets', namespace: 'shop', name: 'pass' },
  map: { group: '', resource: 'configmaps', namespace: 'shop', name: 'settings' },
  gone: { group: '', resource: 'configmaps', namespace: 'shop', name: 'gone' },
};

const TARGET = 'Application/shop/web/api';
export const decision: StoredDecision = { target: TARGET, targetUid: 'uid-of-web', hash: 'h2', inputsHash: 'i2', decidedAt: AT, body: { placements: [{ cluster: 'east', replicas: 3 }] } };
export const inputs = { clusters: [{ name: 'east' }, { name: 'west' }] };
export const reservation: Reservation = { cluster: 'east', target: TARGET, replicas: 3, requests: { cpu: 250, memory: 8_589_934_592 } };
export const revision = { main: { kind: 'Deployment', spec: { replicas: 3 } } };
export const works: Work[] = (['wanted', 'removing', 'orphaned', 'completed'] as const).map((state, at) => ({
  cluster: at % 2 ? 'west' : 'east', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: `api-${state}`, clusterUid: `cluster-${at % 2}`,
  target: TARGET, ownerUid: 'uid-of-web', state, revision: 'r1', wantedHash: 'w', appliedHash: at ? 'w' : '', memberUid: `member-${at}`, sent: at > 0, error: at ? '' : 'it said "no"', since: AT,
}));
export const facts = { cluster: 'east', facts: { uid: 'cluster-0', version: 'v1.36.3' }, seenAt: AT };
export const activity: Activity = { at: AT, actor: 'user:default/lin', verb: 'create', group: 'apps.kurator.dev', resource: 'applications', namespace: 'shop', name: 'web', outcome: 'done', why: '' };

/** Fills an empty database; gives the fence that was held at the end. */
export async function fill({ resources, decisions, works: records, revisions, facts: seen, activity: trail, leases }: Stores): Promise<Fence> {
  const fence = (await leases.acquire('engine', 'the-only-process', 15))!;
  await resources.create(KEYS.application, application);
  const first = await resources.create(KEYS.secret, { ...secret, type: 'Older' });
  await resources.update(KEYS.secret, secret, first.metadata.resourceVersion!);
  await resources.create(KEYS.map, map);
  const gone = await resources.create(KEYS.gone, { ...map, metadata: { ...map.metadata, name: 'gone', uid: 'uid-of-gone' } });
  await resources.remove(KEYS.gone, gone.metadata.resourceVersion!);
  await decisions.save({ ...decision, hash: 'h1', inputsHash: 'i1' }, { older: true }, [], fence);
  await decisions.save(decision, inputs, [reservation], fence);
  await revisions.save(TARGET, 'r1', revision, fence);
  await records.save(works, fence);
  await seen.save(facts.cluster, facts.facts, facts.seenAt);
  await trail.add([activity]);
  return fence;
}
