import type { KubeObject } from '@flotilla/kube-api';
import { answerOf, Desk, engine, user } from './testing/desk';

const SAID = 'aHVudGVyMg==';
const LAST = 'kubectl.kubernetes.io/last-applied-configuration';
const secret = (name: string, type: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Secret', type,
  metadata: { name, namespace: 'shop', annotations: { [LAST]: JSON.stringify({ data: { kubeconfig: SAID } }) } },
  data: { kubeconfig: SAID },
});
const plain = secret('plain', 'Opaque');
const key = secret('key', 'fleet.kurator.dev/kubeconfig');
/** Opaque, and a kubeconfig because a Cluster names it. */
const named = secret('named', 'Opaque');
const cluster: KubeObject = { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name: 'c' }, spec: { kubeconfigRef: { name: 'named', namespace: 'shop' } } };

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, plain, key, named, cluster]);
  desk.policies.set('user:default/keeper', () => true).set('user:default/writer', permission => permission !== 'fleet.secret.read');
  for (let i = 0; i < 100 && !desk.cache.get('fleet.kurator.dev', 'clusters', '', 'c'); i++) await new Promise(resolve => setTimeout(resolve, 10));
});
afterEach(() => desk.close());
const keeper = () => desk.as(user('user:default/keeper'));
const writer = () => desk.as(user('user:default/writer'));
const shows = (answer: unknown) => JSON.stringify(answer).includes(SAID);

describe('without fleet.secret.read', () => {
  it('data is refused, never masked', async () => {
    expect(await answerOf(() => writer().get(plain))).toBe('403');
    expect(await answerOf(() => writer().list(plain))).toBe('403');
    expect(await answerOf(async () => {
      for await (const event of await writer().watch(plain, AbortSignal.timeout(500))) throw new Error(`saw ${event.type}`);
    })).toBe('403');
  });

  it('a write is answered without the data that was there before it', async () => {
    const answers = [
      await writer().patch(plain, 'merge', { metadata: { labels: { a: 'b' } } }),
      await writer().patch(plain, 'strategic', { metadata: { labels: { a: 'c' } } }),
      await writer().apply({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name: 'plain', namespace: 'shop' } } as KubeObject),
      await writer().patch(plain, 'merge', {}, true),
      await writer().delete(plain),
    ];
    for (const answer of answers) {
      expect(shows(answer)).toBe(false);
      expect(answer).not.toHaveProperty('data');
    }
  });

  it('a JSON patch, which could test what it may not read, is refused', async () => {
    expect(await answerOf(() => writer().patch(plain, 'json', [{ op: 'test', path: '/data/kubeconfig', value: SAID }]))).toBe('403');
  });
});

describe('a kubeconfig Secret, even to those who may read Secrets', () => {
  const each = [['by its type', key], ['because a Cluster names it', named]] as const;

  it.each(each)('%s, shows metadata, type and a content hash, no data and no last-applied', async (_, of) => {
    const watched: unknown[] = [];
    for await (const event of await keeper().watch(of, AbortSignal.timeout(300))) watched.push(event);
    const seen = [await keeper().get(of), (await keeper().list(of)).find(item => item.metadata.name === of.metadata.name)];
    for (const object of seen) {
      expect(object).toMatchObject({ kind: 'Secret', type: of.type, metadata: { name: of.metadata.name, annotations: { 'fleet.kurator.dev/content-hash': expect.stringMatching(/^[0-9a-f]{64}$/) } } });
      expect(object).not.toHaveProperty('data');
      expect(object!.metadata.annotations).not.toHaveProperty([LAST]);
    }
    const events = watched.filter((event: any) => event.object.metadata.name === of.metadata.name);
    expect(events.length).toBeGreaterThan(0);
    expect(shows([seen, events])).toBe(false);
  });

  it.each(each)('%s, is answered the same way after every write', async (_, of) => {
    const answers = [
      await keeper().update({ ...of, metadata: { ...of.metadata, labels: { a: 'b' } } }),
      await keeper().patch(of, 'merge', { metadata: { labels: { a: 'c' } } }),
      await keeper().apply({ ...of, metadata: { name: of.metadata.name, namespace: 'shop' } }),
      await keeper().create({ ...of, metadata: { ...of.metadata, name: `${of.metadata.name}-2` }, type: 'fleet.kurator.dev/kubeconfig' }),
      await keeper().delete(of),
    ];
    for (const answer of answers) expect([shows(answer), answer]).toEqual([false, expect.not.objectContaining({ data: expect.anything() })]);
  });

  it.each(each)('%s, cannot be copied by a JSON patch to where it is shown', async (_, of) => {
    expect(await answerOf(() => keeper().patch(of, 'json', [{ op: 'copy', from: '/data/kubeconfig', path: '/metadata/labels/x' }]))).toBe('403');
  });

  it.each(each)('%s, is not emptied by putting back what was read', async (_, of) => {
    const read = await keeper().get(of);
    expect(await answerOf(() => keeper().update(read))).toBe('403');
    expect((await desk.as(engine).get(of)).data).toEqual({ kubeconfig: SAID });
  });

  it('is metadata to those without fleet.secret.read as well', async () => {
    expect(await writer().get(key)).not.toHaveProperty('data');
  });

  it('shows a new hash when its content changes', async () => {
    const hash = async () => (await keeper().get(key)).metadata.annotations!['fleet.kurator.dev/content-hash'];
    const before = await hash();
    await keeper().apply({ ...key, metadata: { name: 'key', namespace: 'shop' }, data: { kubeconfig: 'bmV3' } });
    expect(await hash()).not.toBe(before);
  });
});

it('the engine reads Secrets whole', async () => expect((await desk.as(engine).get(key)).data).toEqual({ kubeconfig: SAID }));

describe('a watch that is running', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] }));
  afterEach(() => jest.useRealTimers());
  const settle = async () => {
    for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
  };

  it.each([
    ['read is taken away', false],
    ['only reading Secrets is taken away', (permission: string) => permission !== 'fleet.secret.read'],
  ])('ends within half a minute when %s', async (_, after) => {
    let ended = false;
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of await keeper().watch(plain, stop.signal)) expect(event.type).toBeDefined();
      ended = true;
    })();
    await settle();
    jest.advanceTimersByTime(31_000);
    await settle();
    expect(ended).toBe(false);
    desk.policies.set('user:default/keeper', typeof after === 'function' ? after : () => false);
    jest.advanceTimersByTime(31_000);
    await settle();
    expect(ended).toBe(true);
    stop.abort();
    await watching;
  });
});
