import { readFileSync, readdirSync } from 'node:fs';
import { createServer, request as send, Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createKubeHandler, type KubeObject } from '@flotilla/kube-api';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { Desk, user } from './service/testing/desk';

/**
 * Manifests of every kind, broken at random as objects and as text, sent to every writing verb. Nothing may end in a 5xx, hang, leave half a write
 * or touch a prototype. `FUZZ_SECONDS` makes it run for so long; else it tries a bounded number.
 * A failure prints seed and path, which `FUZZ_REPEAT='{"seed":…,"path":"…"}'` repeats.
 */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const RUNS = 800;
/** A guard against hanging, not a measure of speed. */
const HANGS_MS = 30_000;
/** A little beyond what the API takes; repeats of repeats would grow to gigabytes here. */
const LONGEST = 3_200_000;
jest.setTimeout(SECONDS * 1_000 + 300_000);

const ARTICLE = join(__dirname, '../../../examples/article');
const manifests = (): KubeObject[] =>
  ['', 'demo'].flatMap(folder =>
    readdirSync(join(ARTICLE, folder)).filter(name => name.endsWith('.yaml')).flatMap(name => parseAllDocuments(readFileSync(join(ARTICLE, folder, name), 'utf8')).map(each => each.toJS())),
  ).filter(each => each?.apiVersion && each.kind);

const podSpec = { containers: [{ name: 'c', image: 'nginx:1', resources: { limits: { cpu: '1', memory: '1Gi' } }, ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }] }], tolerations: [{ key: 'a', operator: 'Exists' }] };
const builtins = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'b' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }], selector: { app: 'a' } } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: podSpec } } },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'j' }, spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } } } },
  {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.example.org' },
    spec: { group: 'example.org', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', pattern: '^a' } } } } } } }] },
  },
  { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name: 'edge' }, spec: { mode: 'Manage', kubeconfigRef: { name: 'a', namespace: 'default' } } },
];

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', ' ', 'a/b', 'a.b', '$ref', 'metadata', 'spec', 'status', '\u0000', '名', 'x'.repeat(300), 'kind', 'name', 'finalizers', 'ownerReferences', 'managedFields'];
const VALUES: unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, '', ' ', '\u0000', '\ud800', 'x'.repeat(10_000), '-1', '1e999', '9'.repeat(400), '1e9999Gi', '100%', '101%', '-5%', '0.1m', 'NaN', '.inf', '2026-13-45T99:99:99Z', '1h', '-1h', '999999999h',
  '(a+)+$', '[', '*', '../../etc/passwd', 'http://169.254.169.254/', '${jndi:x}', '<script>', [], {}, [null], [[]], [{}], { a: null }, { __proto__x: 1 }, Array(300).fill({ name: 'same' }), Array(300).fill('same'), { '': '' },
  { kind: 'Fleet' }, { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] }, 'default', 'kube-system', 'a'.repeat(64), 'A_B',
];
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce(inner => ({ a: [inner] }), {});

type Edit = { at: number; what: 'replace' | 'delete' | 'rename' | 'repeat' | 'nest' | 'swap'; value: unknown; key: string };
const edits = fc.array(fc.record({ at: fc.nat(), what: fc.constantFrom<Edit['what']>('replace', 'replace', 'replace', 'delete', 'rename', 'repeat', 'nest', 'swap'), value: fc.constantFrom(...VALUES), key: fc.constantFrom(...KEYS) }), { maxLength: 4 });

/** Every place in the object: what holds it, and under which key. */
function placesIn(value: any, found: [any, string][] = []): [any, string][] {
  if (value === null || typeof value !== 'object') return found;
  for (const key of Object.keys(value)) {
    found.push([value, key]);
    placesIn(value[key], found);
  }
  return found;
}

function edited(original: unknown, list: Edit[]): unknown {
  const object = structuredClone(original);
  for (const { at, what, value, key } of list) {
    const places = placesIn(object);
    if (places.length === 0) break;
    const [holder, name] = places[at % places.length];
    const put = (to: string, into: unknown) => Object.defineProperty(holder, to, { value: structuredClone(into), enumerable: true, configurable: true, writable: true });
    if (what === 'replace') put(name, value);
    else if (what === 'nest') put(name, nested(at % 120));
    else if (what === 'swap') put(name, places[(at >> 3) % places.length][0] === holder ? value : structuredClone(places[(at >> 3) % places.length][0]));
    else if (what === 'repeat' && Array.isArray(holder)) holder.push(...Array(at % 50).fill(holder[Number(name)]));
    else if (what === 'rename' && !Array.isArray(holder)) {
      put(key, holder[name]);
      delete holder[name];
    } else if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  }
  return object;
}

const SCRAPS = ['&a ', '*a', '<<: *a', '!!js/function x', '!!binary x', '!!set {a}', '? ', '---\n', '...\n', '\t', '%YAML 1.2\n', '\ufeff', '\u0000', '{', '}', '[', ']', '"', "'", ':', ',', '|', '>', '#', '\n', '\\u', '\\ud800', '-', '1e', '\ud83d', 'a: &a [*a]\n', '['.repeat(300), `${'{"a":'.repeat(300)}`, `${'- '.repeat(300)}`, '"kind":"Fleet",', '~', 'null', 'y', '0o17', '0b1', '1:30'];
type Cut = { at: number; drop: number; insert: string };
const cuts: fc.Arbitrary<Cut[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Cut[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), insert: fc.constantFrom(...SCRAPS) }), { maxLength: 3 }) },
);
const torn = (text: string, list: Cut[]) =>
  list.reduce((now, { at, drop, insert }) => {
    const where = at % (now.length + 1);
    return now.slice(0, where) + insert + now.slice(where + drop);
  }, text);

const PATCH_TYPES = ['application/apply-patch+yaml', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/json-patch+json'];
const OBJECT_TYPES = ['application/json', 'application/yaml'];
const TYPES = [...PATCH_TYPES, ...OBJECT_TYPES, 'application/vnd.kubernetes.protobuf', 'text/plain', ''];
const QUERIES = ['', '?fieldValidation=Strict', '?fieldValidation=Warn', '?dryRun=All', '?fieldManager=f&force=true', '?fieldManager=%00', '?dryRun=None&fieldValidation=nope', '?force=maybe', '?limit=-1', '?labelSelector=%21%21', '?continue=e30', '?resourceVersion=x'];
const pointers = fc.constantFrom('', '/', '/spec', '/metadata', '/metadata/name', '/spec/a/b', '/spec/components/0', '/spec/components/-', '/metadata/labels/a~1b', '/__proto__/a', '/constructor/prototype/a', '/status', '/metadata/annotations');
const operations = fc.array(fc.record({ op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'nope'), path: pointers, from: pointers, value: fc.constantFrom(...VALUES) }), { maxLength: 6 });

const callOf = (methods: string[], types: string[]) => fc.tuple(fc.constantFrom(...methods), fc.constantFrom(...types));
const calls: fc.Arbitrary<[string, string]> = fc.oneof(
  { weight: 4, arbitrary: callOf(['POST', 'PUT'], OBJECT_TYPES) },
  { weight: 5, arbitrary: callOf(['PATCH'], PATCH_TYPES) },
  { weight: 1, arbitrary: callOf(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'], TYPES) },
);

const attack = fc.record({
  seed: fc.nat(), edits, cuts, yaml: fc.boolean(), odd: fc.nat({ max: 20 }),
  call: calls,
  query: fc.constantFrom(...QUERIES), operations, status: fc.constantFrom('', '', '', '', '', '/status', '/scale'),
});

describe('hostile input', () => {
  let desk: Desk;
  let server: Server;
  const kinds: { seed: KubeObject; path: string }[] = [];
  const logged: unknown[] = [];
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    desk = await Desk.open();
    desk.policies.set('user:default/ann', () => true);
    const handler = createKubeHandler({ service: desk.service, registry: desk.registry, authenticate: () => user('user:default/ann'), version: { major: '1', minor: '36', gitVersion: 'v1.36.3' }, log: (message, error) => logged.push(message, error) });
    server = createServer(handler);
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const written = [...manifests(), ...builtins] as KubeObject[];
    const others = desk.registry.all().filter(({ kind, verbs }) => !written.some(each => each.kind === kind) && (!verbs || verbs.includes('create')) && !kind.endsWith('Review'));
    const bare = others.map(({ group, version, kind }) => ({ apiVersion: group ? `${group}/${version}` : version, kind, metadata: { name: 'bare' }, spec: {} }) as KubeObject);
    for (const seed of [...written, ...bare]) {
      const info = desk.registry.byKind(seed.apiVersion, seed.kind)!;
      const namespace = seed.metadata.namespace ?? 'default';
      const base = info.group ? `/apis/${info.group}/${info.version}` : `/api/${info.version}`;
      kinds.push({ seed, path: `${base}${info.namespaced ? `/namespaces/${namespace}` : ''}/${info.resource}` });
    }
    for (const { seed, path } of [...kinds].sort((a, b) => Number(b.seed.kind === 'Namespace') - Number(a.seed.kind === 'Namespace'))) {
      await ask('POST', path, 'application/json', Buffer.from(JSON.stringify(seed)));
    }
  });

  afterAll(async () => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise(resolve => {
      server.close(resolve);
    });
    await desk.close();
  });

  const ask = (method: string, path: string, type: string, body: Buffer) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const request = send({ port, host: '127.0.0.1', method, path, agent, headers: { ...(type && { 'Content-Type': type }), 'Content-Length': body.length } }, response => {
        let text = '';
        response.on('data', chunk => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, text }));
      });
      request.setTimeout(HANGS_MS, () => request.destroy(new Error(`no answer within ${HANGS_MS} ms`)));
      request.on('error', reject).end(body);
    });

  it('is answered with what is wrong with it, never with a failure of ours', async () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).sort();
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(attack, async ({ seed, edits: list, cuts: tears, yaml, call: [method, type], query, operations: ops, status, odd }) => {
        const { seed: manifest, path } = kinds[seed % kinds.length];
        const value = type === 'application/json-patch+json' ? ops : edited(manifest, list);
        const whole = yaml ? stringify(value) : JSON.stringify(value);
        const body = Buffer.from(torn((whole ?? '').slice(0, LONGEST), tears), odd === 0 ? 'latin1' : 'utf8');
        const url = (method === 'POST' ? path : `${path}/${manifest.metadata.name}${status}`) + query;
        const before = await desk.storage.version();
        const answer = await ask(method, url, type, body);
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500) throw new Error(`${method} ${url} (${type}): ${answer.status} ${answer.text.slice(0, 300)}\n${logged.map(each => (each instanceof Error ? each.stack : each)).join('\n').slice(0, 3_000)}\n${body.toString().slice(0, 2_000)}`);
        if (answer.status >= 400) {
          expect(JSON.parse(answer.text)).toMatchObject({ kind: 'Status', status: 'Failure', code: answer.status });
          expect(await desk.storage.version()).toBe(before);
        }
      }),
      SECONDS ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: SECONDS * 1_000, markInterruptAsFailure: false } : { numRuns: RUNS, ...JSON.parse(process.env.FUZZ_REPEAT ?? '{}') },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototype);
    const total = [...seen.values()].reduce((sum, each) => sum + each, 0);
    process.stdout.write(`${total} hostile requests: ${[...seen].sort().map(([code, count]) => `${count} × ${code}`).join(', ')}\n`);
    // Breaking everything proves nothing: some must get through, and some must be refused for what they say.
    for (const code of [200, 400, 415, 422]) expect([code, (seen.get(code) ?? 0) > 0]).toEqual([code, true]);
  });
});
