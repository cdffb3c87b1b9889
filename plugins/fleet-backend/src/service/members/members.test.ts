import { LABEL_CLUSTER } from '@flotilla/backstage-plugin-fleet-common';
import { KubeError, toTable, type KubeObject, type ListRequest, type Principal, type RequestContext, type WatchEvent } from '@flotilla/kube-api';
import { aMemberObject, aMemberPod, oneOfEach } from '../../observe/testing/memberObjects';
import type { MemberKind } from '../../observe/types';
import { Desk, inNamespaces, user, wholeToken, service } from '../testing/desk';
import { memberInfoOf, memberInfos } from './kinds';
import { portalName, readPortalName } from './names';

const CLUSTERS = ['east', 'west'];
const rule = (name: string, params: object) => ({ rule: name, resourceType: 'fleet-resource', params });
const anyOf = (...rules: object[]) => ({ anyOf: rules });
const clustersToo = rule('OF_KIND', { resources: ['clusters.fleet.kurator.dev'] });

describe('names', () => {
  it.each([['east', 'web-1'], ['e', 'a.b.c'], ['e-w', 'x.y'], ['a'.repeat(52), 'b'.repeat(199)]])('%s and %s can be read back', (cluster, name) => {
    expect(readPortalName(portalName(cluster, name))).toEqual({ cluster, name });
  });

  it('are valid and different where they are too long to be read back', () => {
    const long = ['b', 'c'].map(last => portalName('east', `${'a'.repeat(252)}${last}`));
    for (const name of [...long, portalName('east', `${'a'.repeat(236)}.${'b'.repeat(16)}`)]) {
      expect(name).toHaveLength(253);
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
      expect(readPortalName(name)).toEqual({ cluster: 'east', name: undefined });
    }
    expect(new Set(long).size).toBe(2);
  });
});

describe('what members hold, at the portal', () => {
  let desk: Desk;
  const target = (kind: MemberKind, over: { namespace?: string; name?: string } = {}) => ({ info: memberInfoOf(kind), ...over });
  const ctx = (principal: Principal): RequestContext => ({ principal, warn: () => undefined });
  const listed = async (who: Principal, kind: MemberKind, request: ListRequest = {}, namespace?: string) =>
    (await desk.service.list(ctx(who), target(kind, { namespace }), request)).items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  const see = (cluster: string, object: KubeObject) => desk.objects.sink(object.kind as MemberKind, cluster).seen(object);

  beforeEach(async () => {
    desk = await Desk.open();
    desk.policies.set('reader', permission => permission === 'fleet.read');
    for (const cluster of CLUSTERS) {
      for (const object of oneOfEach()) see(cluster, object);
      see(cluster, aMemberPod('ledger-1', { namespace: 'bank', labels: { app: 'ledger' }, node: 'n2', phase: 'Pending' }));
    }
  });
  afterEach(() => desk.close());
  const reader = user('reader');

  it('shows each kind by the columns of its own kind, with the cluster and the age of the fact', async () => {
    const now = Date.now();
    const shown = await Promise.all(memberInfos.map(async info => {
      const list = await desk.service.list(ctx(reader), { info }, { labels: [{ key: LABEL_CLUSTER, operator: 'In', values: ['east'] }] });
      const { columnDefinitions, rows } = toTable(info, list, { includeObject: 'None', headers: true, now });
      const cells = (columnDefinitions as { name: string; priority: number }[]).flatMap(({ name, priority }, index) => (priority === 0 ? [`${name}=${rows[0].cells[index]}`] : []));
      return cells.filter(cell => !cell.startsWith('Age=')).join(' ').replace(/Last Seen=\S+/, 'Last Seen=…').replace(/Fact Age=[01]s/, 'Fact Age=0s');
    }));
    expect(shown).toEqual([
      'Name=east.ledger-1 Cluster=east Ready=0/1 Status=Pending Restarts=0 Fact Age=0s',
      'Name=east.n1 Cluster=east Status=Ready Roles=<none> Version=v1.36.0 Fact Age=0s',
      'Last Seen=… Cluster=east Type=Warning Reason=BackOff Object=pod/web-1 Message=Back-off restarting Fact Age=0s',
      'Name=east.web Cluster=east Ready=1/2 Up-to-date=2 Available=1 Fact Age=0s',
      'Name=east.db Cluster=east Ready=1/2 Fact Age=0s',
      'Name=east.agent Cluster=east Desired=2 Current=0 Ready=1 Up-to-date=0 Available=0 Node Selector=<none> Fact Age=0s',
      'Name=east.once Cluster=east Status=Complete Completions=1/1 Duration= Fact Age=0s',
    ]);
  });

  it('never shows environment, arguments, annotations or volumes', async () => {
    for (const info of memberInfos) expect(JSON.stringify(await desk.service.list(ctx(reader), { info }, {}))).not.toContain('HIDDEN');
  });

  const selections: [string, ListRequest, string[]][] = [
    ['labels of the object', { labels: [{ key: 'app', operator: 'In', values: ['ledger'] }] }, ['bank/east.ledger-1', 'bank/west.ledger-1']],
    ['the label of the cluster', { labels: [{ key: LABEL_CLUSTER, operator: 'In', values: ['west'] }] }, ['bank/west.ledger-1', 'shop/west.web-1']],
    ['spec.cluster', { fields: [{ path: 'spec.cluster', operator: '!=', value: 'west' }] }, ['bank/east.ledger-1', 'shop/east.web-1']],
    ['metadata.name', { fields: [{ path: 'metadata.name', operator: '=', value: 'east.web-1' }] }, ['shop/east.web-1']],
    ['status.phase', { fields: [{ path: 'status.phase', operator: '=', value: 'Pending' }] }, ['bank/east.ledger-1', 'bank/west.ledger-1']],
    ['spec.nodeName', { fields: [{ path: 'spec.nodeName', operator: '=', value: 'n1' }] }, ['shop/east.web-1', 'shop/west.web-1']],
  ];
  it.each(selections)('selects by %s', async (_what, request, wanted) => {
    expect(await listed(reader, 'Pod', request)).toEqual(wanted);
  });

  it('gets one by its name, and says that there is none', async () => {
    const pod = await desk.service.get(ctx(reader), target('Pod', { namespace: 'shop', name: 'west.web-1' }));
    expect(pod).toMatchObject({ kind: 'MemberPod', metadata: { labels: { app: 'web', [LABEL_CLUSTER]: 'west' } }, spec: { cluster: 'west', name: 'web-1', nodeName: 'n1', owner: 'ReplicaSet/web-1' }, status: { phase: 'Running', readyContainers: 1 } });
    for (const name of ['west.none', 'none.web-1', 'web-1', '.', 'west.']) await expect(desk.service.get(ctx(reader), target('Pod', { namespace: 'shop', name }))).rejects.toMatchObject({ code: 404 });
  });

  it('finds an object whose name had to be shortened', async () => {
    const name = 'a'.repeat(253);
    see('east', aMemberPod(name));
    const pod = await desk.service.get(ctx(reader), target('Pod', { namespace: 'shop', name: portalName('east', name) }));
    expect(pod.spec.name).toBe(name);
  });

  it('pages on one snapshot, whatever changes meanwhile, and ends with 410 when it is forgotten', async () => {
    const first = await desk.service.list(ctx(reader), target('Pod'), { limit: 3 });
    see('east', aMemberPod('late', { namespace: 'bank' }));
    desk.objects.sink('Pod', 'west').keepOnly(new Set());
    const second = await desk.service.list(ctx(reader), target('Pod'), { limit: 3, continue: first.metadata.continue });
    expect([...first.items, ...second.items].map(each => each.metadata.name)).toEqual(['east.ledger-1', 'west.ledger-1', 'east.web-1', 'west.web-1']);
    expect([second.metadata.resourceVersion, second.metadata.continue]).toEqual([first.metadata.resourceVersion, '']);
    for (let index = 0; index < 7_000; index++) see('east', aMemberPod(`p${index}`));
    await expect(desk.service.list(ctx(reader), target('Pod'), { limit: 3, continue: first.metadata.continue })).rejects.toMatchObject({ code: 410 });
  });

  it('gives every object on exactly one page, over thousands', async () => {
    for (let index = 0; index < 2_500; index++) see(CLUSTERS[index % 2], aMemberPod(`p${index}`, { namespace: `n${index % 7}` }));
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const page = await desk.service.list(ctx(reader), target('Pod'), { limit: 400, continue: next });
      seen.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      next = page.metadata.continue;
    } while (next);
    expect(seen).toEqual(await listed(reader, 'Pod'));
    expect(new Set(seen).size).toBe(2_504);
    // The very order in which Kubernetes keeps names.
    expect(seen).toEqual([...seen].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('watches from a version: what enters, changes and leaves the selector, with versions to go on from', async () => {
    const end = new AbortController();
    const from = await desk.service.list(ctx(reader), target('Pod'), {});
    const events = await desk.service.watch({ ...ctx(reader), signal: end.signal }, target('Pod', { namespace: 'shop' }), { resourceVersion: from.metadata.resourceVersion, fields: [{ path: 'status.phase', operator: '=', value: 'Running' }] });
    const pod = aMemberPod('new', { uid: 'n' });
    see('east', { ...pod, status: { phase: 'Pending' } });
    see('east', pod);
    see('west', aMemberPod('elsewhere', { namespace: 'bank' }));
    see('east', aMemberPod('new', { uid: 'n', restarts: 2 }));
    desk.objects.sink('Pod', 'east').gone(pod);
    const seen: WatchEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (seen.length === 3) break;
    }
    end.abort();
    expect(seen.map(({ type, object }) => `${type} ${(object as KubeObject).metadata.name}`)).toEqual(['ADDED east.new', 'MODIFIED east.new', 'DELETED east.new']);
    const versions = seen.map(({ object }) => Number((object as KubeObject).metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(String(versions[2])).toBe((await desk.service.list(ctx(reader), target('Pod'), {})).metadata.resourceVersion);
  });

  it('a watch from before this process began is told that it is too old', async () => {
    const events = await desk.service.watch(ctx(reader), target('Pod'), { resourceVersion: '1' });
    for await (const event of events) {
      expect(event).toMatchObject({ type: 'ERROR', object: { code: 410 } });
      break;
    }
  });

  it('is written by nobody', async () => {
    desk.policies.set('root', () => true);
    for (const who of [user('root'), wholeToken]) {
      await expect(desk.service.delete(ctx(who), target('Pod', { namespace: 'shop', name: 'east.web-1' }), {})).rejects.toMatchObject({ code: 403 });
      await expect(desk.service.create(ctx(who), target('Pod', { namespace: 'shop' }), aMemberObject('MemberPod', 'east.x'), {})).rejects.toMatchObject({ code: 403 });
    }
    expect(memberInfos.map(info => info.verbs)).toEqual(memberInfos.map(() => ['get', 'list', 'watch']));
  });

  const ALL = ['bank/east.ledger-1', 'bank/west.ledger-1', 'shop/east.web-1', 'shop/west.web-1'];
  const policies: [string, object | boolean, string[]][] = [
    ['everything', true, ALL],
    ['nothing', false, []],
    ['one namespace, but no Cluster', inNamespaces('shop'), []],
    ['one namespace, and Clusters', anyOf(inNamespaces('shop'), clustersToo), ['shop/east.web-1', 'shop/west.web-1']],
    ['Clusters alone', clustersToo, []],
    ['one Cluster and all in it', rule('IN_CLUSTER', { clusters: ['east'] }), ['bank/east.ledger-1', 'shop/east.web-1']],
    ['one namespace of one Cluster', anyOf({ allOf: [inNamespaces('shop'), rule('IN_CLUSTER', { clusters: ['east'] })] }, rule('NAMED', { names: ['east'] })), ['shop/east.web-1']],
    ['pods of members and Clusters', rule('OF_KIND', { resources: ['memberpods.members.kurator.dev', 'clusters.fleet.kurator.dev'] }), ALL],
    ['nodes of members and Clusters', rule('OF_KIND', { resources: ['membernodes.members.kurator.dev', 'clusters.fleet.kurator.dev'] }), []],
    ['all but the Clusters', { not: clustersToo }, []],
    ['pods of the hub', rule('OF_KIND', { resources: ['pods'] }), []],
  ];
  it.each(policies)('who may read %s sees that in lists, pages, watches and by name, and nothing else', async (_what, says, wanted) => {
    desk.policies.set('somebody', permission => (permission === 'fleet.read' ? says : false));
    const who = user('somebody');
    const list = await desk.service.list(ctx(who), target('Pod'), {}).catch(error => error);
    if (list instanceof KubeError) expect([list.code, says]).toEqual([403, false]);
    else expect(list.items.map((each: KubeObject) => `${each.metadata.namespace}/${each.metadata.name}`)).toEqual(wanted);
    const [page, one] = await Promise.all([
      desk.service.list(ctx(who), target('Pod'), { limit: 2 }).catch(() => undefined),
      Promise.all(ALL.map(each => desk.service.get(ctx(who), target('Pod', { namespace: each.split('/')[0], name: each.split('/')[1] })).then(() => [each], () => []))),
    ]);
    expect(one.flat()).toEqual(wanted);
    if (says !== true) expect(page?.metadata ?? {}).not.toHaveProperty('remainingItemCount');
    const end = new AbortController();
    const events = await desk.service.watch({ ...ctx(who), signal: end.signal }, target('Pod'), { sendInitialEvents: true, allowBookmarks: true }).catch(() => undefined);
    const watched: string[] = [];
    for await (const { type, object } of events ?? []) {
      if (type === 'BOOKMARK') break;
      watched.push(`${(object as KubeObject).metadata.namespace}/${(object as KubeObject).metadata.name}`);
    }
    end.abort();
    expect(watched).toEqual(wanted);
  });

  it('a token sees what its restrictions give it', async () => {
    expect(await listed(wholeToken, 'Pod')).toEqual(ALL);
    await expect(listed(service('external:other', { permissionNames: ['fleet.create'] }), 'Pod')).rejects.toMatchObject({ code: 403 });
  });
});
