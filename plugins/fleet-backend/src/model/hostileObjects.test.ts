import { kindDefinitions, type FieldSchema } from '@flotilla/backstage-plugin-fleet-common';
import { admit } from './admit';
import type { KubeObject } from './kinds';
import { aWorld } from './testing/aWorld';

/** As much as the schemas let in, at once. What grows with the square of its input takes minutes; nothing here may take more of a processor than this. */
const PATIENCE_MS = 10_000;
const used = (since: NodeJS.CpuUsage) => process.cpuUsage(since).user / 1000;
const names = (count: number, prefix = 'c') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const CLUSTERS = names(5000);
const object = (apiVersion: string, kind: string, name: string, spec: object, namespace = 'shop'): KubeObject => ({ apiVersion, kind, metadata: { name, namespace, uid: name }, spec });
const FLEET = 'fleet.kurator.dev/v1alpha1';
const POLICY = 'policy.kurator.dev/v1alpha1';
const APPS = 'apps.kurator.dev/v1alpha1';

const fleet = (name: string, entry: object) => object(FLEET, 'Fleet', name, { clusters: CLUSTERS.map(each => ({ name: each, ...entry })) });
const clusters = CLUSTERS.map(name => ({ ...object(FLEET, 'Cluster', name, { allowedNamespaces: ['shop'] }, undefined), metadata: { name } }));
const deployment = (i: number) => ({ name: `part-${i}`, type: 'Deployment', template: { spec: { template: { spec: { containers: [{ name: 'c', image: 'i' }] } } } } });
const application = (name: string, over: object = {}) => object(APPS, 'Application', name, { components: Array.from({ length: 200 }, (_, i) => ({ ...deployment(i), ...over })) });

const rows: [sentence: string, object: KubeObject, around: KubeObject[], refused: boolean][] = [
  ['64 stages of 5,000 clusters', object(POLICY, 'PropagationPolicy', 'p', { targetRef: { apiVersion: APPS, kind: 'Application', name: 'app' }, rollout: { strategy: 'Canary', stages: names(64, 's').map(name => ({ name, clusters: CLUSTERS })) } }), [], false],
  ['64 stages that meet all others in part', object(POLICY, 'PropagationPolicy', 'p', { targetRef: { apiVersion: APPS, kind: 'Application', name: 'app' }, rollout: { strategy: 'Canary', stages: names(64, 's').map((name, i) => ({ name, clusters: CLUSTERS.slice(i, i + 4000) })) } }), [], true],
  ['5,000 entries that 20 other fleets register', fleet('mine', { kubeconfigRef: { name: 'k' } }), names(20, 'f').map(name => fleet(name, { kubeconfigRef: { name: 'k' } })), true],
  ['5,000 entries that are registered', fleet('mine', {}), clusters, false],
  ['200 components beside ten Applications of 200', application('mine'), names(10, 'a').map(name => application(name)), true],
  ['200 components in a fleet of 5,000 clusters', application('mine', { placement: { clusterAffinity: { labelSelector: { matchLabels: { a: 'b' } } } } }), [fleet('main', {}), ...clusters], false],
  ['64 stages of all 5,000 clusters of a fleet, for 200 components', object(POLICY, 'PropagationPolicy', 'p', { targetRef: { apiVersion: APPS, kind: 'Application', name: 'mine' }, rollout: { strategy: 'Canary', stages: names(64, 's').map(name => ({ name, clusters: CLUSTERS })) } }), [application('mine', { placement: { clusterAffinity: { labelSelector: { matchLabels: { a: 'b' } } } } }), fleet('main', {}), ...clusters], false],
  ['5,000 names and as many exclusions', object(POLICY, 'PropagationPolicy', 'p', { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement: { clusterAffinity: { clusterNames: CLUSTERS, exclude: CLUSTERS } } }), [fleet('main', {}), ...clusters], false],
  ['500 selectors beside 2,000 objects', object(POLICY, 'PropagationPolicy', 'p', { resourceSelectors: names(500, 'd').map(name => ({ apiVersion: 'apps/v1', kind: 'Deployment', name })), placement: {} }), names(2000, 'd').map(name => object('apps/v1', 'Deployment', name, { replicas: 1 })), false],
];

describe('the largest objects the schemas let in', () => {
  it.each(rows)('are judged: %s', (_sentence, of, around, refused) => {
    const begun = process.cpuUsage();
    const { causes, warnings } = admit({ operation: 'CREATE', object: of, world: aWorld([...around]) });
    expect(used(begun)).toBeLessThan(PATIENCE_MS);
    expect(causes.length > 0).toBe(refused);
    expect(causes.length).toBeLessThan(102);
    expect(warnings.length).toBeLessThan(300);
    expect(Math.max(0, ...warnings.map(line => line.length), ...causes.map(cause => cause.message.length))).toBeLessThan(1024);
  }, 60_000);
});

/** Every pattern of a schema, with where it stands. */
function patternsIn(schema: FieldSchema & { pattern?: string; additionalProperties?: FieldSchema }, path: string): [string, string][] {
  const own: [string, string][] = schema.pattern ? [[path, schema.pattern]] : [];
  const inner = [...Object.entries(schema.properties ?? {}), ...(schema.items ? [['[]', schema.items] as const] : []), ...(typeof schema.additionalProperties === 'object' ? [['*', schema.additionalProperties] as const] : [])];
  return [...own, ...inner.flatMap(([name, field]) => patternsIn(field, `${path}.${name}`))];
}

describe('the patterns of our schemas', () => {
  const patterns = new Map(kindDefinitions.flatMap(definition => patternsIn(definition.spec.versions[0].schema.openAPIV3Schema, definition.spec.names.kind)).map(([path, pattern]) => [pattern, path]));
  const hostile = ['1', '1h', '1.1', '1m1ms', 'a', 'a-', 'a.', '-', 'A', '0', 'Ki', '1e', '.'].map(part => `${part.repeat(Math.ceil(50_000 / part.length))}!`);

  it.each([...patterns])('answer to hostile text at once: %s', pattern => {
    for (const text of hostile) expect(new RegExp(pattern).test(text)).toBe(false);
  }, 30_000);
});
