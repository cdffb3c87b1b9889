/** Nothing is destroyed by absence: what is not seen, not listed or not read is not gone. */
import type { KubeObject } from '@flotilla/kube-api';
import type { Door } from '../testing/Door';
import type { Ground } from '../testing/Ground';
import { aComponent, on, where } from '../testing/shop';
import { until } from '../testing/TestHub';

const status = (code: number) => ({ code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `planted ${code}` } });
const EMPTY = { code: 200, body: { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1000000000' }, items: [] } };
const asksForOurs = (path: string) => /^\/apis\/(apps|batch)\/v1\//.test(path);

/** What the cluster says in place of the truth. */
const LIES: [string, NonNullable<Door['lie']>][] = [
  ['an empty list', ({ method, path }) => (method === 'GET' && asksForOurs(path) && !path.includes('watch=') && path.includes('abelSelector=') ? EMPTY : undefined)],
  ['a failed read', ({ method, path }) => (method === 'GET' && asksForOurs(path) ? status(500) : undefined)],
  ['a forbidden read', ({ method, path }) => (method === 'GET' && asksForOurs(path) ? status(403) : undefined)],
];

export function absenceContract(ground: () => Ground) {
  let app: KubeObject;
  let before: (string | undefined)[];
  const job = async () => (await ground().a.person.get('batch/v1', 'Job', ground().own, 'train'))?.metadata.uid;
  const standing = async () => [await ground().uid(ground().a), await ground().uid(ground().b), await job()];
  beforeEach(async () => {
    const { a, app: anApp, hub, own, uid } = ground();
    await a.hold(own);
    app = anApp([aComponent('api', where({ tier: 'gold' })), aComponent('train', { type: 'Job', ...on('a') })]);
    await hub.apply(ground().fleet(['a']), app);
    await until(async () => (await uid(a)) !== undefined && (await job()) !== undefined);
    await until(() => ['apps/v1/Deployment', 'batch/v1/Job'].every(kind => [...hub.observer.live('a').keys()].some(key => key.startsWith(`${kind}/${own}/`))));
    await hub.apply(ground().fleet());
    before = await standing();
  });
  const nothingHappened = async () => {
    await ground().hub.lookAtAll();
    expect(await standing()).toEqual(before);
  };

  it('a cluster that is away loses nothing, and nothing of it is made elsewhere', async () => {
    const { a, hub } = ground();
    await ground().leaves(a);
    await hub.lookAtAll();
    expect((await hub.stores.works.byCluster('a')).filter(work => work.namespace === ground().own).map(({ state }) => state)).toEqual(['wanted', 'wanted']);
    await nothingHappened();
    a.door.comeBack();
    await until(() => ground().isSeen('a'));
    await nothingHappened();
  });

  it.each(LIES)('%s deletes nothing, makes nothing elsewhere, and lets no Job run again', async (_what, lie) => {
    const { a, hub } = ground();
    // Whoever watches is told nothing: it lists again.
    await ground().leaves(a);
    a.door.lie = lie;
    a.door.comeBack();
    await until(() => hub.observer.seen('a')!.reachable.ok);
    await nothingHappened();
    await ground().leaves(a);
    a.door.lie = undefined;
    a.door.comeBack();
    await until(() => ground().isSeen('a'));
    await until(async () => (await hub.condition(app, 'Applied')).startsWith('True'));
    await nothingHappened();
    expect((await hub.stores.works.byOwner((await hub.get(app))!.metadata.uid!)).filter(work => work.kind === 'Job').map(({ state }) => state)).toEqual(['wanted']);
  });

  it('a hub that is started anew, and has seen nothing yet, takes nothing for gone', async () => {
    const { a, hub } = ground();
    await ground().leaves(a);
    await ground().startAnew();
    await ground().hub.lookAtAll();
    expect(hub).not.toBe(ground().hub);
    await nothingHappened();
    a.door.comeBack();
    await until(() => ground().isSeen('a'));
    await nothingHappened();
  });
}
