import { mockCredentials } from '@backstage/backend-test-utils';
import type { KubernetesObject } from '@kubernetes/client-node';
import { aComponent, anApplication } from '../../reconcile/testing/shop';
import { Cable } from './testing/Cable';
import { ClientHub } from './testing/ClientHub';
import { Program, type Running } from './testing/program';

/** client-go's informers, as controllers use them: one typed that asks for protobuf, others dynamic after discovery. `npm run test:real clients` */
const path = process.env.FLOTILLA_TEST_GO_CLIENTS;
const describeWithGo = path ? describe : describe.skip;
/** How an informer begins: with a watch that sends what is there first (its default), or with a list, as before Kubernetes 1.35. */
const WAYS = [
  ['streaming', 'true'],
  ['listing', 'false'],
];

jest.setTimeout(180_000);

interface Line {
  event: string;
  kind?: string;
  name?: string;
  names?: string[];
  expired?: boolean;
  resourceVersion?: string;
  path?: string;
  query?: Record<string, string[]>;
  status?: number;
}

const skipped = path ? '' : ' (skipped: FLOTILLA_TEST_GO_CLIENTS is not set)';

describeWithGo.each(WAYS)(`informers of client-go at the hub, %s${skipped}`, (way, streams) => {
  let hub: ClientHub;
  let cable: Cable;
  let informers: Running;

  const config = (name: string, data: Record<string, string> = { a: '1' }) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data });
  const said = () => informers.lines.map(line => JSON.parse(line) as Line);
  const until = (wanted: (line: Line) => boolean, from = 0) => informers.line(line => wanted(JSON.parse(line)), from).then(line => JSON.parse(line) as Line);
  const about = (kind: string, event: string, name: string) => (line: Line) => line.kind === kind && line.event === event && line.name === name;
  const asked = (resource: string, from: number) => said().slice(from).filter(line => line.event === 'request' && line.path?.endsWith(`/${resource}`));

  beforeAll(async () => {
    hub = await ClientHub.open();
    await hub.objects.create(config('first'));
    cable = await Cable.to(hub.port);
    const kubeconfig = hub.kubeconfigFor(mockCredentials.user.token(), `${hub.folder}/through-cable`, cable.port);
    informers = new Program(path!, hub.folder, { KUBE_FEATURE_WatchListClient: streams }, ['informers']).start(`--kubeconfig ${kubeconfig} --namespace shop applications.apps.kurator.dev fleets.fleet.kurator.dev`);
  });
  afterAll(async () => {
    await informers?.stop();
    await cable?.close();
    await hub?.close();
  });

  it('begin with what is there', async () => {
    expect((await until(line => line.event === 'synced' && line.kind === 'configmaps')).names).toEqual(['shop/first']);
    expect((await until(line => line.event === 'synced' && line.kind === 'applications.apps.kurator.dev')).names).toEqual([]);
    const [first] = asked('configmaps', 0);
    const stream = { watch: ['true'], sendInitialEvents: ['true'], resourceVersionMatch: ['NotOlderThan'], allowWatchBookmarks: ['true'] };
    const list = { limit: ['500'], resourceVersion: ['0'] };
    expect([first.status, first.query]).toEqual([200, expect.objectContaining(way === 'streaming' ? stream : list)]);
    // Whoever gets no end of the initial events lists after all; whoever listed watches from there.
    if (way === 'streaming') expect(asked('configmaps', 0)).toHaveLength(1);
    else await until(({ path: asks, query }) => asks?.endsWith('/configmaps') === true && /^\d+$/.test(query?.resourceVersion?.[0] ?? '') && query?.watch?.[0] === 'true');
  });

  it('see what is made, changed and deleted', async () => {
    await hub.objects.create(anApplication([aComponent('api')]) as never);
    const kind = 'applications.apps.kurator.dev';
    await until(about(kind, 'added', 'web'));
    await until(about(kind, 'updated', 'web'));
    await hub.objects.create(config('second'));
    await until(about('configmaps', 'added', 'second'));
    await hub.objects.delete(config('second'));
    await until(about('configmaps', 'deleted', 'second'));
    await hub.objects.delete(anApplication([]) as never);
    await until(about(kind, 'deleted', 'web'));
  });

  it('are carried on by bookmarks while only other things change', async () => {
    const from = informers.lines.length;
    const { metadata } = await hub.objects.create<KubernetesObject>({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere', namespace: 'default' } });
    await until(line => line.event === 'position' && line.kind === 'configmaps' && Number(line.resourceVersion) >= Number(metadata!.resourceVersion), from);
    expect(said().slice(from).filter(line => line.kind === 'configmaps' && line.name)).toEqual([]);
  });

  it('go on from where they were when the connection was cut', async () => {
    const from = informers.lines.length;
    cable.cut();
    await hub.objects.create(config('while-away'));
    cable.mend();
    await until(about('configmaps', 'added', 'while-away'), from);
    const again = asked('configmaps', from).filter(line => line.status === 200);
    expect(again[0].query).toMatchObject({ watch: ['true'], resourceVersion: [expect.stringMatching(/^\d+$/)] });
    expect(again[0].query).not.toHaveProperty('sendInitialEvents');
    // Nothing is told twice.
    expect(said().slice(from).filter(about('configmaps', 'added', 'first'))).toEqual([]);
  });

  it('begin anew when history no longer reaches back, and miss nothing', async () => {
    const from = informers.lines.length;
    cable.cut();
    await hub.objects.delete(config('while-away'));
    await hub.objects.create(config('much-later'));
    await hub.forgetHistory();
    cable.mend();
    await until(about('configmaps', 'added', 'much-later'), from);
    await until(about('configmaps', 'deleted', 'while-away'), from);
    const after = asked('configmaps', from).filter(line => line.status === 200);
    // The watch from where it was is answered with 410 as an event; then all begins again.
    expect(after[0].query).toMatchObject({ watch: ['true'], resourceVersion: [expect.stringMatching(/^\d+$/)] });
    expect(after.slice(1).some(({ query }) => (way === 'streaming' ? query?.sendInitialEvents : !query?.watch))).toBe(true);
    const fresh = informers.lines.length;
    await hub.objects.patch(config('much-later', { a: '2' }), undefined, undefined, undefined, undefined, 'application/merge-patch+json' as never);
    await until(about('configmaps', 'updated', 'much-later'), fresh);
  });
});
