/**
 * Every call of the table of rights (model/memberRights.ts), made through a connection to whatever speaks Kubernetes as its
 * administrator: what the product does in a member is answered there as the product expects it. Called inside a `describe`.
 */
import { text } from 'node:stream/consumers';
import type { KubeObject } from '@flotilla/kube-api';
import { MEMBER_USES, wantedRights, type MemberUse } from '../model/memberRights';
import { missingRights } from './rights';
import { connect, type TestCluster, testDirectory } from './testing/openCluster';
import type { ClusterConnection, MemberResource, MemberWatchEvent, Outcome } from './types';

const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };
const LABEL = 'uses-contract';

const pod = { containers: [{ name: 'main', image: 'example.com/app:1', resources: { requests: { cpu: '1m' } } }] };
const selector = { matchLabels: { app: 'none' } };
const template = (spec: object = pod) => ({ selector, template: { metadata: { labels: selector.matchLabels }, spec } });
const job = { suspend: true, template: { spec: { ...pod, restartPolicy: 'Never' } } };

/** The least that makes an object of a kind, by `group/resource`. None of them runs anything for long. */
const LEAST: Record<string, (namespace: string) => object> = {
  '/configmaps': () => ({ data: { a: '1' } }),
  '/persistentvolumeclaims': () => ({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
  '/secrets': () => ({ data: { a: 'MQ==' } }),
  '/serviceaccounts': () => ({}),
  '/services': () => ({ spec: { ports: [{ port: 80 }] } }),
  '/pods': () => ({ spec: pod }),
  '/events': namespace => ({ involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'none', namespace }, reason: 'Tried', message: 'tried', type: 'Normal' }),
  'apps/daemonsets': () => ({ spec: template({ ...pod, nodeSelector: { nowhere: 'at-all' } }) }),
  'apps/deployments': () => ({ spec: { replicas: 0, ...template() } }),
  'apps/statefulsets': () => ({ spec: { replicas: 0, serviceName: 'none', ...template() } }),
  'autoscaling/horizontalpodautoscalers': () => ({ spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } } }),
  'batch/cronjobs': () => ({ spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: job } } }),
  'batch/jobs': () => ({ spec: job }),
  'networking.k8s.io/ingresses': () => ({ spec: { defaultBackend: { service: { name: 'none', port: { number: 80 } } } } }),
  'networking.k8s.io/networkpolicies': () => ({ spec: { podSelector: {} } }),
  'policy/poddisruptionbudgets': () => ({ spec: { minAvailable: 1, selector } }),
};

/** What is tried by a test of its own, below. */
const BY_ITSELF = ['identity', 'discovery', 'own rights', 'nodes', 'namespaces', 'tidying', 'renewing'];

interface Row {
  id: string;
  group: string;
  resource: string;
  /** Whether the product writes it, or only reads. */
  placed: boolean;
}

/** Each kind once, as it is used most. */
function rowsOf(uses: readonly MemberUse[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { rules } of uses) {
    for (const { apiGroups = [], resources = [], verbs } of rules) {
      for (const group of apiGroups) {
        for (const resource of resources) {
          const id = `${group}/${resource}`;
          rows.set(id, { id, group, resource, placed: verbs.includes('patch') || Boolean(rows.get(id)?.placed) });
        }
      }
    }
  }
  return [...rows.values()];
}

export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.because);
  return outcome.value;
}

/** Follows a kind until one of that name was told of and has ended. */
function follow(connection: ClusterConnection, of: MemberResource, name: string, resourceVersion: string, labelSelector?: string) {
  const seen: MemberWatchEvent[] = [];
  const stop = new AbortController();
  const take = (event: MemberWatchEvent) => {
    if (event.object.metadata.name !== name) return;
    seen.push(event);
    // A finalizer may keep it for as long as its controller takes.
    if (event.type === 'DELETED' || event.object.metadata.deletionTimestamp) stop.abort();
  };
  return { seen, stop, ended: connection.watch(of, { resourceVersion, labelSelector }, take, stop.signal) };
}

export function usesContract(open: () => Promise<TestCluster>): void {
  jest.setTimeout(60_000);
  const directory = testDirectory();
  const namespace = `uses-${Math.random().toString(36).slice(2, 8)}`;
  let cluster: TestCluster;
  let connection: ClusterConnection;
  let served: MemberResource[];

  const kindOf = ({ group, resource }: Row) => served.find(each => each.resource === resource && each.apiVersion.split('/').slice(0, -1).join() === group)!;
  const objectOf = (row: Row, of: MemberResource): KubeObject => ({
    apiVersion: of.apiVersion, kind: of.kind, metadata: { name: 'tried', namespace, labels: { [LABEL]: namespace } }, ...LEAST[row.id](namespace),
  });

  beforeAll(async () => {
    cluster = await open();
    connection = connect(directory, cluster.kubeconfig);
    served = value(await connection.resources());
    value(await connection.apply(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { force: true }));
  }, 60_000);
  afterAll(async () => {
    const found = await connection.get(NAMESPACES, '', namespace);
    if (found.ok) await connection.delete(NAMESPACES, '', namespace, found.value.metadata.uid!);
    directory.close();
    await cluster.close();
  });

  const rows = rowsOf(MEMBER_USES.filter(use => !BY_ITSELF.includes(use.name)));

  it.each(rows)('$id: listed, watched, made, changed and removed', async row => {
    const of = kindOf(row);
    const object = objectOf(row, of);
    const marks = `${LABEL}=${namespace}`;
    const { resourceVersion } = value(await connection.list(of, { labelSelector: marks }));
    const { seen, ended } = follow(connection, of, 'tried', resourceVersion, marks);
    if (row.placed) value(await connection.apply(of, object, { force: true, dryRun: true }));
    const made = value(row.placed ? await connection.apply(of, object, { force: true }) : await connection.create(of, object));
    if (row.placed) {
      const again = value(await connection.apply(of, object, { force: true }));
      expect([again.metadata.uid, again.metadata.generation]).toEqual([made.metadata.uid, made.metadata.generation]);
      expect(made.metadata.managedFields).toMatchObject([{ manager: 'flotilla', operation: 'Apply' }]);
      value(await connection.mergePatch(of, namespace, 'tried', { metadata: { labels: { more: 'yes' } } }));
    }
    const live = value(await connection.get(of, namespace, 'tried'));
    expect(live.metadata.labels).toMatchObject(row.placed ? { more: 'yes' } : { [LABEL]: namespace });
    expect(await connection.delete(of, namespace, 'tried', '00000000-0000-0000-0000-000000000000')).toMatchObject({ ok: false, status: { code: 409 } });
    value(await connection.delete(of, namespace, 'tried', live.metadata.uid!));
    expect(await ended).toMatchObject({ ok: false, reason: 'Cancelled' });
    expect(seen[0]).toMatchObject({ type: 'ADDED', object: { apiVersion: of.apiVersion, kind: of.kind, metadata: { uid: made.metadata.uid } } });
  });

  it('nodes: listed and watched', async () => {
    const [nodes] = served.filter(each => each.resource === 'nodes' && each.apiVersion === 'v1');
    const { items, resourceVersion } = value(await connection.list(nodes, {}));
    const { name = '' } = items[0].metadata;
    const { seen, stop, ended } = follow(connection, nodes, name, resourceVersion);
    const mark = (line: string | null) => connection.mergePatch(nodes, '', name, { metadata: { annotations: { [LABEL]: line } } });
    value(await mark('seen'));
    for (let i = 0; i < 200 && seen.length === 0; i += 1) await new Promise(resolve => setTimeout(resolve, 50));
    stop.abort();
    await ended;
    expect(seen[0]).toMatchObject({ type: 'MODIFIED', object: { kind: 'Node', metadata: { name } } });
    value(await mark(null));
  });

  it('identity and discovery: says who it is, its version, and what it serves, in both forms', async () => {
    expect(value(await connection.identity())).toBe(value(await connection.get(NAMESPACES, '', 'kube-system')).metadata.uid);
    expect(value(await connection.version()).gitVersion).toMatch(/^v1\.\d+\.\d+/);
    const plain = JSON.parse(await asked(['api', 'v1']));
    const namesOf = (list: { resource: string }[]) => list.map(each => each.resource).sort();
    expect(plain.resources.map((each: any) => each.name).filter((name: string) => !name.includes('/')).sort()).toEqual(namesOf(served.filter(each => each.apiVersion === 'v1')));
  });

  it('own rights: an administrator lacks none', async () => {
    expect(value(await missingRights(connection, wantedRights('Manage', []), () => [namespace]))).toEqual([]);
  });

  it('namespaces and tidying: made, looked through, removed', async () => {
    const name = `${namespace}-more`;
    const made = value(await connection.apply(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, { force: true }));
    const lists = await Promise.all(served.filter(each => each.namespaced).map(async of => ({ of, found: await connection.list(of, { namespace: name }) })));
    // What cannot be listed is a question, and no store of objects.
    const failed = lists.filter(({ found }) => !found.ok && ![404, 405].includes(found.status?.code ?? 0)).map(({ of }) => of.resource);
    expect(failed).toEqual([]);
    value(await connection.delete(NAMESPACES, '', name, made.metadata.uid!));
  });

  it('renewing: an account of the cluster gets a token that is known until it ends', async () => {
    const [accounts] = served.filter(each => each.resource === 'serviceaccounts');
    value(await connection.apply(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'renewed', namespace } }, { force: true }));
    const began = Date.now();
    const { token, expiresAt } = value(await connection.requestToken({ namespace, name: 'renewed' }, 3_600));
    expect(Math.abs(expiresAt - began - 3_600_000)).toBeLessThan(60_000);
    const config = JSON.parse(cluster.kubeconfig);
    config.users[0].user = { token };
    const known = connect(directory, JSON.stringify(config), 'renewed');
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const self = value(await known.create({ ...review, resource: 'selfsubjectreviews', namespaced: false }, { ...review, metadata: {} }));
    expect(self.status.userInfo).toMatchObject({ username: `system:serviceaccount:${namespace}:renewed`, groups: expect.arrayContaining(['system:serviceaccounts', 'system:authenticated']) });
    // An account to which nothing is bound may do nothing.
    expect(await known.list(NAMESPACES, {})).toMatchObject({ ok: false, reason: 'NoPermission', status: { code: 403 } });
  });

  it('passing on: what a person asks comes back as it is', async () => {
    const table = JSON.parse(await asked(['api', 'v1', 'namespaces'], 'application/json;as=Table;v=v1;g=meta.k8s.io'));
    expect(table).toMatchObject({ kind: 'Table', columnDefinitions: expect.arrayContaining([expect.objectContaining({ name: 'Status' })]) });
  });

  it('no call of the table is left out', () => {
    expect(rows.filter(({ id }) => !LEAST[id]).map(({ id }) => id)).toEqual([]);
    expect(BY_ITSELF.filter(name => !MEMBER_USES.some(use => use.name === name))).toEqual([]);
  });

  async function asked(path: string[], accept?: string): Promise<string> {
    const answer = value(await connection.forward({ method: 'GET', path, query: '', accept, onBehalfOf: 'somebody' }, 10_000, AbortSignal.timeout(20_000)));
    expect(answer.code).toBe(200);
    return text(answer.body);
  }
}
