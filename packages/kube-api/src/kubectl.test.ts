import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveInMemory } from './testing/serveInMemory';
import type { InMemoryServer } from './testing/serveInMemory';

/** The real kubectl against the whole API over TLS. Where it is not installed, the tests are skipped and say so. */
function kubectlVersion(): string | undefined {
  try {
    return JSON.parse(execFileSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8', stdio: 'pipe' })).clientVersion.gitVersion;
  } catch {
    return undefined;
  }
}

const version = kubectlVersion();
const describeWithKubectl = version ? describe : describe.skip;

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.25", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: "1"}
`;
const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, description: How large it is.}
              replicas: {type: integer}
              color: {type: string, enum: [red, green]}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
`;
const widget = (spec: string) => `apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: one}\nspec: ${spec}\n`;

jest.setTimeout(60_000);

describeWithKubectl(version ? `kubectl ${version}` : 'kubectl (skipped: kubectl is not on PATH)', () => {
  let dir: string;
  let server: InMemoryServer;
  const environment = () => ({ ...process.env, KUBECONFIG: server.kubeconfig, HOME: dir });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kube-api-kubectl-'));
    server = await serveInMemory({ dir });
    await writeFile(join(dir, 'deployment.yaml'), DEPLOYMENT);
    await writeFile(join(dir, 'changed.yaml'), DEPLOYMENT.replace('nginx:1.25', 'nginx:1.26'));
    await writeFile(join(dir, 'crd.yaml'), CRD);
    await writeFile(join(dir, 'widget.yaml'), widget('{size: 3, replicas: 1}'));
  });
  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Output, error and exit code of one command. Files are named relative to the test's folder. */
  function kubectl(line: string, env: Record<string, string> = {}): Promise<{ out: string; err: string; code: number }> {
    const words = line.match(/'[^']*'|\S+/g)!.map(word => word.replace(/^'(.*)'$/, '$1'));
    return new Promise(resolve => {
      execFile('kubectl', words, { cwd: dir, env: { ...environment(), ...env }, timeout: 30_000 }, (error, out, err) =>
        resolve({ out, err, code: error ? Number(error.code ?? 1) : 0 }),
      );
    });
  }
  async function succeed(line: string, env?: Record<string, string>): Promise<string> {
    const { out, err, code } = await kubectl(line, env);
    if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${err}${out}`);
    return out;
  }

  it('discovers and explains', async () => {
    expect(await succeed('api-resources')).toMatch(/deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/);
    await succeed('apply -f crd.yaml');
    await succeed('wait --for=condition=Established crd/widgets.example.org --timeout=10s');
    expect(await succeed('explain widget.spec.size')).toContain('How large it is.');
    expect(await succeed('explain deployment.spec.strategy.rollingUpdate')).toContain('maxSurge');
  });

  it('applies from the client: created, unchanged, configured', async () => {
    expect(await succeed('apply -f deployment.yaml')).toBe('deployment.apps/web created\nconfigmap/settings created\n');
    expect(await succeed('apply -f deployment.yaml')).toBe('deployment.apps/web unchanged\nconfigmap/settings unchanged\n');
    const diff = await kubectl('diff -f changed.yaml');
    expect([diff.code, diff.out.includes('+      - image: nginx:1.26')]).toEqual([1, true]);
    expect(await succeed('apply --dry-run=server -f changed.yaml')).toContain('web configured (server dry run)');
    expect(await succeed('get deploy web -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('nginx:1.25');
    expect(await succeed('apply -f changed.yaml')).toContain('deployment.apps/web configured');
    expect((await kubectl('diff -f changed.yaml')).code).toBe(0);
  });

  it('shows, scales, labels, edits and describes', async () => {
    expect(await succeed('get deploy web -o wide')).toMatch(/NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\s+CONTAINERS\s+IMAGES\s+SELECTOR\nweb\s+0\/3/);
    await succeed('scale deploy web --replicas=5');
    await succeed('label deploy web tier=front');
    expect(await succeed('get deploy -l tier=front,app!=db -o name')).toBe('deployment.apps/web\n');
    await succeed('set image deploy/web c=nginx:1.27');
    await succeed('edit deploy web', { EDITOR: 'sed -i s/nginx:1.27/nginx:1.28/' });
    const described = await succeed('describe deploy web');
    expect(described).toMatch(/Replicas:\s+5 desired/);
    expect(described).toMatch(/Image:\s+nginx:1.28/);
    expect(JSON.parse(await succeed('get deploy web -o json')).metadata.labels).toEqual({ app: 'web', tier: 'front' });
  });

  it('applies on the server: conflicts name the manager, force takes over, twice is the same', async () => {
    await succeed('apply --server-side --field-manager=first -f widget.yaml');
    const made = JSON.parse(await succeed('get wd one -o json')).metadata;
    await writeFile(join(dir, 'other.yaml'), widget('{size: 4}'));
    const refused = await kubectl('apply --server-side --field-manager=second -f other.yaml');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/conflict with "first".*\.spec\.size/);
    await succeed('apply --server-side --field-manager=first -f widget.yaml');
    expect(JSON.parse(await succeed('get wd one -o json')).metadata.resourceVersion).toBe(made.resourceVersion);
    await succeed('apply --server-side --force-conflicts --field-manager=second -f other.yaml');
    expect(await succeed('get wd')).toMatch(/NAME\s+SIZE\s+READY\none\s+4/);
    await succeed('scale wd one --replicas=7');
    expect(await succeed('get wd one -o jsonpath={.spec.replicas}')).toBe('7');
  });

  it('waits and watches', async () => {
    const watching = spawn('kubectl', ['get', 'wd', '-w'], { env: environment() });
    let seen = '';
    watching.stdout.on('data', chunk => (seen += chunk));
    await succeed(`patch wd one --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}'`);
    await succeed('wait --for=condition=Ready wd/one --timeout=10s');
    for (let i = 0; i < 100 && !/one\s+4\s+True/.test(seen); i++) await new Promise(resolve => setTimeout(resolve, 50));
    watching.kill();
    expect(seen).toMatch(/one\s+4\s+True/);
  });

  it('says what is wrong with a manifest, and where', async () => {
    await writeFile(join(dir, 'bad.yaml'), widget('{size: "three", colour: red}'));
    expect((await kubectl('create -f bad.yaml')).err).toContain('unknown field "spec.colour"');
    const invalid = await kubectl('create -f bad.yaml --validate=false');
    expect(invalid.err).toMatch(/spec\.size: Invalid value: "string": spec\.size in body must be of type integer/);
    await writeFile(join(dir, 'broken.yaml'), 'a: [1\nb: }');
    expect((await kubectl('create -f broken.yaml')).code).toBe(1);
    expect((await kubectl('get wd none')).err).toBe('Error from server (NotFound): widgets.example.org "none" not found\n');
    expect((await kubectl('create -f widget.yaml')).err).toContain('AlreadyExists');
  });

  it('speaks protobuf with the typed commands', async () => {
    await succeed('create namespace team');
    await succeed('create deployment d --image=nginx --replicas=0 --port=80 -n team');
    await succeed('create secret generic s --from-literal=a=b -n team');
    expect(JSON.parse(await succeed('get deploy d -n team -o json')).spec).toMatchObject({ replicas: 0, template: { spec: { containers: [{ image: 'nginx', ports: [{ containerPort: 80 }] }] } } });
    expect(JSON.parse(await succeed('get secret s -n team -o json')).data).toEqual({ a: 'Yg==' });
    expect(await succeed('auth can-i create deployments.apps')).toBe('yes\n');
    expect(await succeed('auth can-i --list')).toMatch(/deployments\.apps/);
  });

  it('deletes objects, and a namespace with all that is in it', async () => {
    expect(await succeed('delete wd one --dry-run=server')).toContain('deleted (server dry run)');
    await succeed('delete wd one --timeout=10s');
    expect((await kubectl('get wd -A')).err).toContain('No resources found');
    await succeed('delete namespace team --timeout=15s');
    expect(await succeed('get deploy,secret -A -o name')).toBe('deployment.apps/web\n');
  });

  it('refuses a stranger with a sentence', async () => {
    const { err, code } = await kubectl('get pods --token=wrong');
    expect([code, err]).toEqual([1, expect.stringMatching(/You must be logged in|Unauthorized/)]);
  });
});
