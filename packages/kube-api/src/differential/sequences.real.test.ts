import * as fc from 'fast-check';
import { describeDifference } from './compare';
import type { Conversation } from './conversation';
import { scenario } from './scenario';
import { Servers } from './servers';
import { widget } from './testKinds';

const { FLOTILLA_TEST_KUBECONFIG: kubeconfig, FLOTILLA_TEST_SEQUENCES: wanted, FLOTILLA_TEST_SEED: seed } = process.env;

/** So many in CI, always the same; a nightly run asks for more of them, and others. */
const SEQUENCES = Number(wanted ?? 40);
const SEED = Number(seed ?? 20_261_125);

/** Where an apply takes the last entry of a map or list away, Kubernetes leaves null behind and refuses its own result: no judge of ours. */
const LEFT_NULL = /must be of type (array|object): \\+"null/;

/** One step of a random life of one object. Not scaled: of managers by whom the replicas were before, Kubernetes loses some then. */
type Step =
  | { do: 'apply'; manager: string; force: boolean; object: object }
  | { do: 'create'; object: object }
  | { do: 'update'; object: object }
  | { do: 'merge' | 'json' | 'strategic'; body: unknown; subresource?: 'status' }
  | { do: 'delete' };

/** A kind whose objects live random lives. */
interface Subject {
  collection(say: Conversation): string;
  steps: fc.Arbitrary<Step[]>;
}

const NAME = 'subject';
const MANAGERS = ['one', 'two', 'three'];

const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] });
const word = fc.constantFrom('1', '2');
const few = <T>(values: T[]) => fc.shuffledSubarray(values, { minLength: 1 });
const maybeNone = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: fc.constant(null) });
const words = (...keys: string[]) => fc.dictionary(fc.constantFrom(...keys), word, { minKeys: 1 });

const metadata = some({ labels: words('a', 'b'), annotations: words('c', 'd') });

/** An applied map is never empty, and items are never taken away to the last by an apply: there Kubernetes leaves null behind. */
const widgetSpec = some({
  replicas: fc.integer({ min: 0, max: 3 }),
  size: fc.constantFrom('S', 'L'),
  tags: few(['a', 'b', 'c', 'd']),
  plain: few([1, 2, 3]),
  items: few(['x', 'y', 'z']).chain(names => fc.tuple(...names.map(name => some({ v: fc.integer({ min: 0, max: 2 }), tags: few(['p', 'q']) }).map(rest => ({ name, ...rest }))))),
  ports: few([80, 81]).chain(ports => fc.tuple(...ports.map(port => some({ protocol: fc.constantFrom('TCP', 'UDP'), name: word }).map(rest => ({ port, ...rest }))))),
  counts: fc.dictionary(fc.constantFrom('k', 'l'), fc.integer({ min: 0, max: 2 }), { minKeys: 1 }).map(counts => ({ kept: 1, ...counts })),
  whole: fc.record({ a: word, b: word }),
  free: fc.record({ q: some({ w: word, e: words('r') }), t: fc.constantFrom<unknown>('s', { u: 1 }, [1]) }),
  filled: some({ deep: word, other: word }),
  either: fc.constantFrom(1, '10%'),
});

const widgetOf = (spec: object, meta: object) => widget('GROUP', NAME, spec, meta);
const widgetPatch = fc.record({
  spec: some({ replicas: fc.integer({ min: 0, max: 3 }), size: maybeNone(fc.constant('S')), items: maybeNone(fc.constant([{ name: 'x', v: 7 }, { name: 'w' }])), tags: maybeNone(fc.constant(['d', 'a'])), counts: fc.record({ k: maybeNone(fc.constant(5)), kept: fc.constant(1) }), whole: maybeNone(fc.record({ a: word })) }),
  metadata: some({ labels: fc.record({ a: maybeNone(word) }) }),
});
const widgetJson = fc.constantFrom<unknown>(
  [{ op: 'add', path: '/spec/plain', value: [9] }],
  [{ op: 'replace', path: '/spec/size', value: 'S' }],
  [{ op: 'add', path: '/spec/tags/-', value: 'e' }],
  [{ op: 'test', path: '/spec/size', value: 'L' }, { op: 'remove', path: '/spec/size' }],
  [{ op: 'add', path: '/metadata/labels', value: { z: '1' } }],
);

const stepsOf = (object: fc.Arbitrary<object>, patches: fc.Arbitrary<Step>[]): fc.Arbitrary<Step[]> => {
  const apply: fc.Arbitrary<Step> = fc.record({ do: fc.constant('apply' as const), manager: fc.constantFrom(...MANAGERS), force: fc.boolean(), object });
  const write: fc.Arbitrary<Step> = fc.tuple(fc.boolean(), object).map(([create, made]) => (create ? { do: 'create', object: made } : { do: 'update', object: made }));
  const remove: fc.Arbitrary<Step> = fc.constant({ do: 'delete' });
  const any = fc.oneof({ weight: 6, arbitrary: apply }, { weight: 2, arbitrary: write }, { weight: 1, arbitrary: remove }, ...patches.map(arbitrary => ({ weight: 1, arbitrary })));
  return fc.array(any, { minLength: 4, maxLength: 10 });
};

/** A custom kind with lists of every type. */
const widgets: Subject = {
  collection: say => say.custom('widgets'),
  steps: stepsOf(
    fc.tuple(widgetSpec, metadata).map(([spec, meta]) => widgetOf(spec, meta)),
    [
      widgetPatch.map(body => ({ do: 'merge', body })),
      widgetJson.map(body => ({ do: 'json', body })),
      fc.integer({ min: 0, max: 3 }).map(replicas => ({ do: 'merge', subresource: 'status', body: { status: { replicas, conditions: [{ type: 'Ready', status: 'True' }] } } })),
    ],
  ),
};

/** Ports of its own: Kubernetes warns of what stands twice, of older states too. */
const portsOf = (name: string) => ({ main: [80, 81], side: [90, 91], web: [70, 71] })[name] ?? [];

const containerOf = (name: string) =>
  some({
    env: few(['A', 'B', 'C']).chain(names => fc.tuple(...names.map(each => word.map(value => ({ name: each, value }))))),
    ports: few(portsOf(name)).map(ports => ports.map(containerPort => ({ containerPort }))),
    resources: some({ cpu: fc.constantFrom('1', '500m'), memory: fc.constant('1Gi') }).map(limits => ({ limits })),
    args: few(['x', 'y']),
    imagePullPolicy: fc.constant('Always'),
  }).chain(rest => fc.constantFrom('i:1', 'i:2').map(image => ({ name, image, ...rest })));

const pod = fc
  .tuple(fc.shuffledSubarray(['web', 'side']), some({ tolerations: word.map(key => [{ key, operator: 'Exists' }]), nodeSelector: words('n', 'm'), volumes: fc.constant([{ name: 'v', emptyDir: {} }]) }))
  .chain(([names, rest]) => fc.tuple(...['main', ...names].map(containerOf)).map(containers => ({ ...rest, containers })));

const deploymentObject = fc
  .record({ meta: metadata, replicas: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), strategy: fc.option(fc.constantFrom({ type: 'Recreate' }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }), { nil: undefined }), pod })
  .map(({ meta, replicas, strategy, pod: spec }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, ...meta },
    spec: { paused: true, ...(replicas !== undefined && { replicas }), ...(strategy && { strategy }), selector: { matchLabels: { app: 'w' } }, template: { metadata: { labels: { app: 'w' } }, spec } },
  }));

const strategic = fc.constantFrom<unknown>(
  { spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }, { name: 'main', env: [{ name: 'B', value: '9' }, { name: 'A', $patch: 'delete' }] }] } } } },
  { spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }], containers: [{ name: 'side', image: 'z' }], tolerations: [{ key: 'q', operator: 'Exists' }] } } } },
  { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
  { metadata: { labels: { a: null, s: '1' } } },
);

/** A built-in kind with defaults, quantities and nested lists. */
const deployments: Subject = {
  collection: say => say.in('apps/v1/deployments'),
  steps: stepsOf(deploymentObject, [
    strategic.map(body => ({ do: 'strategic', body })),
    fc.record({ replicas: fc.integer({ min: 1, max: 3 }) }).map(spec => ({ do: 'merge', body: { spec } })),
  ]),
};

/** Plays the steps, and reads the object in the end. */
async function play(say: Conversation, subject: Subject, steps: Step[]): Promise<void> {
  const collection = subject.collection(say);
  const path = `${collection}/${NAME}`;
  const own = (object: object) => JSON.parse(JSON.stringify(object).replaceAll('GROUP', say.places.group));
  for (const step of steps) {
    if (step.do === 'apply') await say.apply(step.manager, collection, own(step.object), step.force ? '&force=true' : '');
    else if (step.do === 'create') await say.post(collection, own(step.object));
    else if (step.do === 'update') await replace(say, path, own(step.object));
    else if (step.do === 'delete') await say.delete(path);
    else await say.patch(step.do, `${path}${step.subresource ? `/${step.subresource}` : ''}?fieldManager=${step.subresource ?? 'ctl'}`, step.body);
  }
  await say.get(path);
}

/** A client updates what it has read. */
async function replace(say: Conversation, path: string, object: any): Promise<void> {
  const { status, body } = await say.get(path);
  const { resourceVersion } = status === 200 ? body.metadata : {};
  await say.put(path, { ...object, metadata: { ...object.metadata, resourceVersion } });
}

if (kubeconfig) describe(`${SEQUENCES} random sequences of writes give the same object on ours and on a real kube-apiserver`, () => playAll(kubeconfig));
else it.skip('random sequences of writes give the same object on ours and on a real kube-apiserver: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig', () => {});

function playAll(path: string): void {
  jest.setTimeout(60_000 + SEQUENCES * 3_000);
  let servers: Servers;
  beforeAll(async () => {
    servers = await Servers.open(path);
  });
  afterAll(() => servers?.close());

  const same = (subject: Subject) =>
    fc.assert(
      fc.asyncProperty(subject.steps, async steps => {
        const found = await servers.differences(scenario('sequence', say => play(say, subject, steps)));
        fc.pre(!found.some(({ real }) => LEFT_NULL.test(JSON.stringify(real) ?? '')));
        expect(found.map(describeDifference).join('\n')).toBe('');
      }),
      { numRuns: SEQUENCES, seed: SEED, interruptAfterTimeLimit: 50_000 + SEQUENCES * 3_000, markInterruptAsFailure: true },
    );

  it('of a custom kind with maps, sets and atomics', () => same(widgets));
  it('of a Deployment', () => same(deployments));
}
