import { anApplication, aComponent, aDeployment, aPolicy } from '../../reconcile/testing/shop';
import { ClientHub } from './testing/ClientHub';
import { Program } from './testing/program';

/** The real kubectl against the whole hub, with permissions, admission and the engine: what a person sees. `npm run test:real clients` */
const path = process.env.FLOTILLA_TEST_KUBECTL;
const describeWithKubectl = path ? describe : describe.skip;

jest.setTimeout(180_000);

const web = (image = 'web:1', replicas = 2) => anApplication([aComponent('api', { image, replicas })]);

describeWithKubectl(path ? 'kubectl at the hub' : 'kubectl at the hub (skipped: FLOTILLA_TEST_KUBECTL is not set)', () => {
  let hub: ClientHub;
  let kubectl: Program;
  let reader: Program;

  beforeAll(async () => {
    hub = await ClientHub.open();
    kubectl = new Program(path!, hub.folder, { KUBECONFIG: hub.kubeconfig });
    reader = new Program(path!, hub.folder, { KUBECONFIG: hub.readerKubeconfig() });
    hub.file('web.json', web());
    hub.file('web2.json', web('web:2'));
    hub.file('deployment.json', aDeployment('cart'));
    hub.file('policy.json', aPolicy());
  });
  afterAll(() => hub?.close());

  it('lists what there is, by its short names and categories', async () => {
    expect(await kubectl.succeed('api-resources --api-group=fleet.kurator.dev')).toMatch(/fleets\s+fl\s+fleet\.kurator\.dev\/v1alpha1\s+true\s+Fleet/);
    expect(await kubectl.succeed('get fl -A')).toMatch(/NAMESPACE\s+NAME\s+READY\s+REASON\s+CLUSTERS\s+AGE\nkurator-system\s+main/);
    expect(await kubectl.succeed('get flotilla -A -o name')).toContain('cluster.fleet.kurator.dev/east\n');
    expect(await kubectl.succeed('api-versions')).toContain('apps.kurator.dev/v1alpha1\n');
    expect(await kubectl.succeed('version')).toContain('Server Version: v1.36');
    expect(await kubectl.succeed('get --raw /readyz')).toBe('ok');
    expect(await kubectl.succeed('cluster-info')).toContain('control plane');
  });

  it('explains every field of our kinds', async () => {
    expect(await kubectl.succeed('explain application.spec --recursive')).toMatch(/components\s+<\[\]Object> -required-[\s\S]*placement\s+<[\s\S]*clusterAffinity\s+</);
    expect(await kubectl.succeed('explain fleet.spec.clusters.mode')).toMatch(/FIELD: mode <string>\nENUM:\n\s+Observe\n\s+Manage/);
    expect(await kubectl.succeed('explain propagationpolicies.spec')).toContain('resourceSelectors');
  });

  it('applies from the client: created, unchanged, configured, and tells the difference before', async () => {
    const before = await kubectl.run('diff -f web.json');
    expect([before.code, before.out]).toEqual([1, expect.stringContaining('+kind: Application')]);
    expect(await kubectl.succeed('apply -f web.json')).toBe('application.apps.kurator.dev/web created\n');
    expect(await kubectl.succeed('apply -f web.json')).toBe('application.apps.kurator.dev/web unchanged\n');
    expect((await kubectl.run('diff -f web.json')).code).toBe(0);
    const diff = await kubectl.run('diff -f web2.json');
    expect([diff.code, diff.err]).toEqual([1, '']);
    expect(diff.out).toMatch(/^-\s+- image: web:1$/m);
    expect(diff.out).toMatch(/^\+\s+- image: web:2$/m);
    expect(await kubectl.succeed('apply --dry-run=server -f web2.json')).toBe('application.apps.kurator.dev/web configured (server dry run)\n');
    expect(await kubectl.succeed('apply -f web2.json')).toBe('application.apps.kurator.dev/web configured\n');
    expect(await kubectl.succeed('apply view-last-applied application web')).toContain('image: web:2');
  });

  it('waits for conditions and shows them', async () => {
    for (const type of ['Scheduled', 'Applied', 'Ready']) expect(await kubectl.succeed(`wait --for=condition=${type} application/web --timeout=60s`)).toBe('application.apps.kurator.dev/web condition met\n');
    expect(await kubectl.succeed(`wait --for=jsonpath='{.spec.components[0].name}'=api application/web --timeout=5s`)).toContain('condition met');
    expect(await kubectl.succeed('get application web')).toMatch(/^NAME\s+.*READY.*\nweb\s+/);
    const described = await kubectl.succeed('describe application web');
    expect(described).toMatch(/Kind:\s+Application/);
    expect(described).toMatch(/Conditions:[\s\S]*Type:\s+Scheduled/);
    expect(described).toMatch(/Events:\s+Type\s+Reason\s+Age\s+From\s+Message[\s\S]*Scheduled/);
    expect((await kubectl.run('wait --for=condition=Nonsense application/web --timeout=1s')).err).toContain('timed out waiting for the condition');
  });

  it('tells what happened', async () => {
    expect(await kubectl.succeed('events --for application/web')).toMatch(/LAST SEEN\s+TYPE\s+REASON\s+OBJECT\s+MESSAGE\n.*Normal\s+\w+\s+Application\/web/);
    expect(await kubectl.succeed('events -A --types=Normal')).toContain('Application/web');
    expect(await kubectl.succeed('get events --field-selector involvedObject.kind=Application -o name')).toMatch(/^event\//);
    expect(await kubectl.succeed('get placementdecisions')).toMatch(/web/);
  });

  it('applies on the server: conflicts name the manager, force takes over', async () => {
    hub.file('third.json', web('web:3'));
    const refused = await kubectl.run('apply --server-side --field-manager=second -f third.json');
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/conflict with "kubectl-client-side-apply" using apps\.kurator\.dev\/v1alpha1: \.spec\.components/)]);
    expect(refused.err).toContain('--force-conflicts');
    expect(await kubectl.succeed('apply --server-side --field-manager=second --force-conflicts -f third.json')).toBe('application.apps.kurator.dev/web serverside-applied\n');
    const managers = await kubectl.succeed(`get application web --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'`);
    expect(managers).toContain('second');
    expect((await kubectl.run('diff --server-side --field-manager=second -f third.json')).code).toBe(0);
  });

  it('edits with the editor of the user, and says what the hub refuses', async () => {
    expect(await kubectl.succeed('edit application web', { EDITOR: 'sed -i s/web:3/web:4/' })).toBe('application.apps.kurator.dev/web edited\n');
    expect(await kubectl.succeed(`get application web -o jsonpath='{.spec.components[0].template.spec.template.spec.containers[0].image}'`)).toBe('web:4');
    const refused = await kubectl.run('edit application web', { EDITOR: `sed -i s/web:4/web:5/;s/name:.api$/name:.NotAName/` });
    expect(refused.code).toBe(1);
    expect((await kubectl.run('edit application web', { EDITOR: 'true' })).err + (await kubectl.run('edit application web', { EDITOR: 'true' })).out).toContain('Edit cancelled, no changes made.');
  });

  it('says of a bad manifest which field, what was found and what is wanted', async () => {
    hub.file('twice.json', anApplication([aComponent('a'), aComponent('a')], { name: 'bad' }));
    expect((await kubectl.run('apply -f twice.json')).err).toMatch(/The Application "bad" is invalid: spec\.components\[1\]/);
    hub.file('unknown.json', { ...web(), spec: { ...web().spec, colour: 'red' } });
    expect((await kubectl.run('apply -f unknown.json')).err).toContain('unknown field "spec.colour"');
  });

  it('labels, annotates and patches', async () => {
    expect(await kubectl.succeed('label application web tier=front')).toBe('application.apps.kurator.dev/web labeled\n');
    expect(await kubectl.succeed('get applications -l tier=front -L tier --no-headers')).toMatch(/^web\s+.*front\n$/);
    expect((await kubectl.run('label application web tier=back')).err).toContain('--overwrite');
    expect(await kubectl.succeed('label application web tier-')).toContain('unlabeled');
    expect(await kubectl.succeed('annotate application web note=x')).toContain('annotated');
    expect(await kubectl.succeed(`patch application web --type=merge -p '{"metadata":{"annotations":{"note":null}}}'`)).toContain('patched');
    expect(await kubectl.succeed(`patch application web --type=json -p '[{"op":"test","path":"/spec/components/0/name","value":"api"}]'`)).toContain('(no change)');
  });

  it('scales a template, and follows its rollout in the clusters', async () => {
    await kubectl.succeed('apply -f policy.json -f deployment.json');
    expect(await kubectl.succeed('rollout status deployment/cart --timeout=60s')).toContain('deployment "cart" successfully rolled out');
    expect(await kubectl.succeed('scale deployment/cart --replicas=4')).toBe('deployment.apps/cart scaled\n');
    expect(await kubectl.succeed('rollout status deployment/cart --timeout=60s')).toContain('successfully rolled out');
    expect(await kubectl.succeed('get deployment cart')).toMatch(/NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\ncart\s+4\/4\s+4\s+4/);
    expect((await kubectl.run('scale deployment/cart --current-replicas=9 --replicas=1')).err).toContain('Expected replicas to be 9, was 4');
    await kubectl.succeed('set image deployment/cart main=web:9');
    expect(await kubectl.succeed('rollout status deployment/cart --timeout=60s')).toContain('successfully rolled out');
    const running = await Promise.all(hub.members.map(member => member.deployment('shop', 'cart')));
    expect(running.filter(Boolean).map(each => each!.spec.template.spec.containers[0].image)).toContain('web:9');
    expect(await kubectl.succeed('rollout restart deployment/cart')).toContain('restarted');
    await kubectl.succeed('rollout status deployment/cart --timeout=60s');
  });

  it('watches', async () => {
    const watching = kubectl.start('get applications -w');
    await watching.line(line => /^web/.test(line));
    const seen = watching.lines.length;
    hub.file('db.json', anApplication([aComponent('db')], { name: 'db' }));
    await kubectl.succeed('create -f db.json');
    await watching.line(line => /^db\s+.*True/.test(line), seen);
    await watching.stop();
  });

  it('lists in pieces, sorted and in columns of one\'s own', async () => {
    const maps = Array.from({ length: 7 }, (_, index) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `page-${index}`, namespace: 'shop', labels: { set: 'pages' } }, data: { rank: String(9 - index) } }));
    hub.file('pages.json', maps);
    await kubectl.succeed('apply -f pages.json');
    const names = maps.map(each => `configmap/${each.metadata.name}\n`).join('');
    expect(await kubectl.succeed('get configmaps -l set=pages --chunk-size=3 -o name')).toBe(names);
    const ranked = await kubectl.succeed(`get configmaps -l set=pages --sort-by=.data.rank --no-headers -o custom-columns=NAME:.metadata.name,RANK:.data.rank`);
    expect(ranked.split('\n')[0]).toMatch(/^page-6\s+3$/);
    expect(await kubectl.succeed('get configmaps -l set=pages --field-selector metadata.name=page-2 -o name')).toBe('configmap/page-2\n');
    hub.file('fewer.json', maps.slice(0, 2));
    expect(await kubectl.succeed('apply -f fewer.json -l set=pages --prune --prune-allowlist=core/v1/ConfigMap')).toContain('configmap/page-6 pruned');
    expect(await kubectl.succeed('get configmaps -l set=pages -o name')).toBe('configmap/page-0\nconfigmap/page-1\n');
    const deleting = kubectl.succeed('wait --for=delete configmap/page-0 --timeout=30s');
    await kubectl.succeed('delete configmaps -l set=pages --cascade=foreground --timeout=30s');
    await deleting;
  });

  it('makes objects from words, and shows what would be made', async () => {
    expect(await kubectl.succeed('create configmap words --from-literal=a=b --dry-run=server -o yaml')).toMatch(/uid: /);
    expect((await kubectl.run('get configmap words')).code).toBe(1);
    hub.file('named.json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'drawn-' } });
    expect(await kubectl.succeed('create -f named.json')).toMatch(/^configmap\/drawn-\w{5} created\n$/);
    expect(await kubectl.succeed('create secret generic words --from-literal=a=b')).toBe('secret/words created\n');
    expect(await kubectl.succeed(`get secret words -o jsonpath='{.data.a}'`)).toBe('Yg==');
    expect((await reader.run('get secret words')).err).toContain('Forbidden');
    expect(await kubectl.succeed('describe secret words')).toMatch(/a:\s+1 bytes/);
    await kubectl.succeed('delete secret words');
  });

  it('answers what one may', async () => {
    expect(await kubectl.succeed('auth can-i create applications')).toBe('yes\n');
    expect(await kubectl.succeed('auth can-i --list')).toMatch(/Resources[\s\S]*applications\.apps\.kurator\.dev\s+\[\]\s+\[\]\s+\[.*create.*\]/);
    expect(await reader.run('auth can-i create applications')).toMatchObject({ out: expect.stringMatching(/^no/), code: 1 });
    expect(await reader.succeed('auth can-i --list')).toMatch(/applications\.apps\.kurator\.dev\s+\[\]\s+\[\]\s+\[get list watch\]/);
    expect(await reader.succeed('get applications -o name')).toContain('/web');
    expect((await reader.run('delete application web')).err).toMatch(/Error from server \(Forbidden\).*fleet\.delete/);
    expect((await reader.run('apply -f web.json')).err).toContain('Forbidden');
    expect(await reader.succeed('auth whoami')).toContain('user:default/reader');
  });

  it('replaces and deletes, and waits until it is gone everywhere', async () => {
    hub.file('db3.json', anApplication([aComponent('db', { replicas: 3 })], { name: 'db' }));
    expect(await kubectl.succeed('replace -f db3.json')).toBe('application.apps.kurator.dev/db replaced\n');
    expect(await kubectl.succeed('delete application db --dry-run=server')).toContain('deleted (server dry run)');
    expect(await kubectl.succeed('delete -f db3.json --wait --timeout=60s')).toContain('application.apps.kurator.dev "db" deleted');
    expect((await kubectl.run('get application db')).err).toBe('Error from server (NotFound): applications.apps.kurator.dev "db" not found\n');
    expect(await kubectl.succeed('delete application,deployment --all --timeout=60s')).toContain('application.apps.kurator.dev "web" deleted');
    expect((await kubectl.run('get applications')).err).toBe('No resources found in shop namespace.\n');
    for (const member of hub.members) expect((await member.storage.list({ group: 'apps', resource: 'deployments' })).items).toEqual([]);
  });
});
