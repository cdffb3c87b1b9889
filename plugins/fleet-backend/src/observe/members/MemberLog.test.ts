import type { KubeObject } from '@flotilla/kube-api';
import { aMemberObject, aMemberPod } from '../testing/memberObjects';
import { cut } from './cut';
import { MemberLog } from './MemberLog';

const NOW = 1_700_000_000_000;
const open = () => new MemberLog(NOW, () => NOW);
const names = (log: MemberLog, version = log.version()) => {
  const snapshot = log.at('Pod', version)!;
  return snapshot.namespaces().flatMap(namespace => snapshot.clusters(namespace).flatMap(cluster => snapshot.names(namespace, cluster).map(name => `${namespace}/${cluster}/${name}`)));
};

describe('what is seen in members', () => {
  it('gives every change a version of its own, greater than any of an earlier process', () => {
    const log = open();
    const before = log.version();
    log.sink('Pod', 'east').seen(aMemberPod('a'));
    log.sink('Node', 'east').seen(aMemberObject('Node', 'n1', { spec: {}, status: {} }));
    expect([log.version() - before, log.get('Pod', 'east', 'shop', 'a')!.version]).toEqual([2, before + 1]);
    expect(new MemberLog(NOW + 1_000, () => 0).version()).toBeGreaterThan(log.version());
  });

  it('takes nothing for a change that is not shown', () => {
    const log = open();
    const pods = log.sink('Pod', 'east');
    const pod = aMemberPod('a');
    pods.seen(pod);
    const version = log.version();
    pods.seen({ ...pod, metadata: { ...pod.metadata, resourceVersion: '9', annotations: { other: 'x' } } });
    expect(log.version()).toBe(version);
  });

  it('shows a former version as it was, over changes, additions and removals', () => {
    const log = open();
    const pods = log.sink('Pod', 'east');
    const [a, b] = [aMemberPod('a'), aMemberPod('b', { namespace: 'bank' })];
    pods.seen(a);
    pods.seen(b);
    const version = log.version();
    const wanted = names(log);
    pods.gone(b);
    pods.seen(aMemberPod('c'));
    pods.seen({ ...a, status: { ...a.status, phase: 'Failed' } });
    log.sink('Pod', 'west').seen(aMemberPod('d'));
    expect(names(log, version)).toEqual(wanted);
    expect(names(log)).toEqual(['shop/east/a', 'shop/east/c', 'shop/west/d']);
    expect(log.at('Pod', version)!.get('shop', 'east', 'a')!.shown).toMatchObject({ phase: 'Running' });
    expect(log.get('Pod', 'east', 'shop', 'a')!.shown).toMatchObject({ phase: 'Failed' });
  });

  it('remembers so many changes of a kind, and says when asked for older ones', () => {
    const log = open();
    const start = log.version();
    const pods = log.sink('Pod', 'east');
    for (let index = 0; index < 7_000; index++) pods.seen(aMemberPod(`p${index}`));
    expect(log.after('Pod', start, 10)).toBeUndefined();
    expect(log.at('Pod', start)).toBeUndefined();
    expect(log.after('Node', start, 10)).toEqual([]);
    expect(log.after('Pod', log.version() + 1, 10)).toBeUndefined();
    expect(log.after('Pod', log.version() - 5, 3)).toHaveLength(3);
  });

  it('tells of a pod that was replaced under its name as gone and new', () => {
    const log = open();
    const pods = log.sink('Pod', 'east');
    pods.seen(aMemberPod('db-0', { uid: 'one' }));
    const version = log.version();
    pods.seen(aMemberPod('db-0', { uid: 'two' }));
    expect(log.after('Pod', version, 9)!.map(({ before, after }) => [before?.uid, after?.uid])).toEqual([['one', undefined], [undefined, 'two']]);
    pods.gone(aMemberPod('db-0', { uid: 'one' }));
    expect(log.get('Pod', 'east', 'shop', 'db-0')!.uid).toBe('two');
  });

  it('a whole list says what is gone, and a member that is forgotten takes all with it', () => {
    const log = open();
    const pods = log.sink('Pod', 'east');
    pods.seen(aMemberPod('a', { uid: 'one' }));
    pods.seen(aMemberPod('b', { uid: 'two' }));
    pods.keepOnly(new Set(['two']));
    expect(names(log)).toEqual(['shop/east/b']);
    log.drop('east');
    expect(names(log)).toEqual([]);
  });

  it('keeps the newest events of a cluster', () => {
    const log = open();
    const events = log.sink('Event', 'east');
    for (let index = 0; index < 700; index++) events.seen(aMemberObject('Event', `e${index}`, { lastTimestamp: new Date(NOW + index * 1_000).toISOString() }));
    const kept = log.at('Event', log.version())!.names('shop', 'east');
    expect(kept.length).toBeLessThanOrEqual(600);
    expect([kept.includes('e699'), kept.includes('e0')]).toEqual([true, false]);
  });
});

describe('what a member may send', () => {
  const hostile: [string, Parameters<typeof cut>[0], object][] = [
    ['a name with a path in it', 'Pod', { name: '../../x', namespace: 'shop', uid: 'u' }],
    ['a name of 10,000 characters', 'Pod', { name: 'x'.repeat(10_000), namespace: 'shop', uid: 'u' }],
    ['a name that is no text', 'Pod', { name: { toString: () => 'x' }, namespace: 'shop', uid: 'u' }],
    ['a pod in no namespace', 'Pod', { name: 'x', uid: 'u' }],
    ['a node in a namespace', 'Node', { name: 'x', namespace: 'shop', uid: 'u' }],
    ['no UID', 'Pod', { name: 'x', namespace: 'shop' }],
    ['a UID of 10,000 characters', 'Pod', { name: 'x', namespace: 'shop', uid: 'u'.repeat(10_000) }],
  ];
  it.each(hostile)('%s is not shown', (_what, kind, metadata) => {
    expect(cut(kind, { apiVersion: 'v1', kind, metadata, spec: {}, status: {} } as KubeObject)).toBeUndefined();
  });

  const odd: [string, object][] = [
    ['statuses that are no list', { status: { containerStatuses: 7, conditions: 'x', initContainerStatuses: {} } }],
    ['a status of null', { status: null }],
    ['conditions with nulls in them', { status: { conditions: [null, 1, 'x'] } }],
    ['containers that are text', { spec: { containers: 'main' } }],
  ];
  it.each(odd)('%s ends nothing', (_what, fields) => {
    const log = open();
    for (const kind of ['Pod', 'Deployment', 'Job', 'Event'] as const) log.sink(kind, 'east').seen(aMemberObject(kind, 'x', fields));
    log.sink('Node', 'east').seen(aMemberObject('Node', 'x', fields));
    log.sink('Pod', 'east').seen(aMemberPod('after'));
    expect(log.get('Pod', 'east', 'shop', 'after')).toBeDefined();
  });

  it('of labels keeps what labels may be', () => {
    const labels = { app: 'web', 'bad key': 'x', long: 'x'.repeat(64), 'a.b/c': '', n: 7 } as never;
    expect(cut('Pod', aMemberPod('x', { labels }))!.labels).toEqual({ app: 'web', 'a.b/c': '' });
  });
});
