import { aComponent, anApplication } from '../../reconcile/testing/shop';
import { ClientHub } from './testing/ClientHub';
import { Program } from './testing/program';

/** What Flux's kustomize-controller does, with its own library: apply in stages, find drift by dry runs, wait, prune. `npm run test:real clients` */
const path = process.env.FLOTILLA_TEST_GO_CLIENTS;
const describeWithFlux = path ? describe : describe.skip;

jest.setTimeout(180_000);

describeWithFlux(path ? 'Flux at the hub' : 'Flux at the hub (skipped: FLOTILLA_TEST_GO_CLIENTS is not set)', () => {
  let hub: ClientHub;
  let flux: Program;

  const objects = (image: string) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bank' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'rates', namespace: 'bank' }, data: { rate: '3' } },
    anApplication([aComponent('web', { image })], { name: 'web' }),
  ];
  /** What was done with each object, in the order in which it was done. */
  const changes = async (line: string) => (await flux.succeed(`--kubeconfig kubeconfig ${line}`)).trim().split('\n').map(each => JSON.parse(each)).map(({ subject, action }) => `${subject} ${action}`);
  const FIRST = ['Namespace/bank created', 'Application/shop/web created', 'ConfigMap/bank/rates created'];
  const unchanged = FIRST.map(each => each.replace('created', 'unchanged'));
  const sorted = async (line: string) => (await changes(line)).sort();

  beforeAll(async () => {
    hub = await ClientHub.open();
    flux = new Program(path!, hub.folder, {}, ['flux']);
    hub.file('one.json', objects('web:1'));
    hub.file('two.json', objects('web:2'));
  });
  afterAll(() => hub?.close());

  it('applies in stages, once', async () => {
    const first = await changes('apply one.json');
    expect([...first].sort()).toEqual([...FIRST].sort());
    expect(first[0]).toBe('Namespace/bank created');
    expect(await sorted('apply one.json')).toEqual([...unchanged].sort());
  });

  it('waits by the status of the objects', async () => {
    await flux.succeed('--kubeconfig kubeconfig wait one.json');
    const { status } = await hub.read('apps.kurator.dev/v1alpha1', 'Application', 'web');
    expect(status.conditions.find((each: any) => each.type === 'Ready')).toMatchObject({ status: 'True' });
  });

  it('finds drift of the field that someone changed, and puts it back', async () => {
    expect(await sorted('diff one.json')).toEqual([...unchanged].sort());
    const drifted = (all: string[]) => all.map(each => each.replace('ConfigMap/bank/rates unchanged', 'ConfigMap/bank/rates configured')).sort();
    await hub.objects.patch({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'rates', namespace: 'bank' }, data: { rate: '9' } } as never, undefined, undefined, undefined, undefined, 'application/merge-patch+json' as never);
    expect(await sorted('diff one.json')).toEqual(drifted(unchanged));
    expect(await sorted('apply one.json')).toEqual(drifted(unchanged));
    expect((await hub.read('v1', 'ConfigMap', 'rates', 'bank')).data).toEqual({ rate: '3' });
  });

  it('applies the next revision, and leaves what others added', async () => {
    await hub.objects.patch({ apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name: 'web', namespace: 'shop', labels: { team: 'one' } } } as never, undefined, undefined, undefined, undefined, 'application/merge-patch+json' as never);
    expect(await sorted('apply two.json')).toContain('Application/shop/web configured');
    const { metadata, spec } = await hub.read('apps.kurator.dev/v1alpha1', 'Application', 'web');
    expect(spec.components[0].template.spec.template.spec.containers[0].image).toBe('web:2');
    expect(metadata.labels).toMatchObject({ team: 'one', 'kustomize.toolkit.fluxcd.io/name': 'shop' });
    expect(metadata.managedFields!.some(({ manager, operation }) => manager === 'kustomize-controller' && operation === 'Apply')).toBe(true);
  });

  it('prunes, and waits until all is gone', async () => {
    expect(await sorted('delete two.json')).toEqual(FIRST.map(each => each.replace('created', 'deleted')).sort());
    await expect(hub.read('v1', 'Namespace', 'bank')).rejects.toMatchObject({ code: 404 });
    for (const member of hub.members) expect((await member.storage.list({ group: 'apps', resource: 'deployments' })).items).toEqual([]);
  });
});
