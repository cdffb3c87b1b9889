import { scenario } from '../scenario';
import { ANYTHING, definition, version, widget } from '../testKinds';
import type { Conversation } from '../conversation';
import type { Schema } from '../../types';
import { object } from './objects';

const SPECS: object[] = [
  {},
  { unknown: 1, filled: { deep: 'y', more: 1 }, items: [{ name: 'a', surprise: 1 }] },
  { replicas: -1 },
  { replicas: 1.5 },
  { replicas: 3_000_000_000 },
  { replicas: '1' },
  { replicas: null },
  { size: 'XL' },
  { size: 5 },
  { pattern: 'b' },
  { pattern: 'aaaaa' },
  { pattern: '' },
  { number: 3 },
  { number: 0.7 },
  { number: 2.5 },
  { flag: 'yes' },
  { when: 'now' },
  { when: '2020-01-01T00:00:00Z', bytes: 'eA==' },
  { bytes: '***' },
  { either: true },
  { either: '10%' },
  { either: 1.5 },
  { maybe: null, filled: {} },
  { filled: null },
  { free: { a: { b: null, c: [1, { d: 2 }] } }, half: { known: { a: '1', b: '2' }, other: { z: 1 } } },
  { free: 'text' },
  { embedded: {} },
  { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels: { a: 'b' }, surprise: 1 }, spec: { any: 'thing' } } },
  { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'Bad_Name', labels: { 'bad key!': 'b' } } } },
  { counts: { a: 1, b: 2, c: 3, d: 4 } },
  { counts: { a: 'x' } },
  { whole: { a: '1', z: '2' } },
  { tags: ['a', 'b', 'a'] },
  { tags: [] },
  { plain: [1, 1, 'x'] },
  { plain: [1, null] },
  { items: [{ name: 'a' }, { name: 'a' }] },
  { items: [{ v: 1 }] },
  { items: [1, 2, 3, 4, 5].map(each => ({ name: `n${each}` })) },
  { items: [{ name: 'a', tags: ['x', 'x'] }] },
  { ports: [{ port: 1 }, { port: 1, protocol: 'UDP' }] },
  { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] },
  { both: {} },
  { both: { a: '1' } },
  { one: {} },
  { one: { a: '1', b: '2' } },
  { any: {} },
  { not: { a: '1' } },
  { replicas: -1, size: 'XL', tags: ['a', 'a'], both: {}, counts: { a: 'x' } },
];

const structural = scenario('structural schemas', async say => {
  const widgets = say.custom('widgets');
  const { group } = say.places;
  for (const [index, spec] of SPECS.entries()) await say.post(widgets, widget(group, `w${index}`, spec));
  for (const validation of ['Strict', 'Ignore']) await say.post(`${widgets}?fieldValidation=${validation}`, widget(group, `v-${validation.toLowerCase()}`, SPECS[1]));
  await say.post(widgets, widget(group, 'nothing'));
  await say.post(widgets, { ...widget(group, 'text'), spec: 'x' });
  await say.post(widgets, { ...widget(group, 'more', {}), more: 1, status: { phase: 'x' } });
  await say.get(`${widgets}/w0`);
});

const updates = scenario('updates of custom objects', async say => {
  const widgets = say.custom('widgets');
  const { group } = say.places;
  const one = `${widgets}/one`;
  const { body } = await say.post(widgets, widget(group, 'one', { size: 'S', items: [{ name: 'a', v: 1 }] }));
  await say.put(one, widget(group, 'one', { size: 'L' }));
  const { body: second } = await say.put(one, { ...body, spec: { size: 'L' } });
  await say.put(one, body);
  await say.put(one, second);
  await say.put(one, { ...second, spec: { size: 'XL' } });
  await say.put(one, { ...second, spec: { ...second.spec, surprise: 1 } });
  await say.patch('merge', one, { spec: { surprise: 1, size: 'S' } });
  await say.patch('merge', one, { spec: { size: 'XL' } });
  await say.patch('merge', one, { spec: { replicas: null, filled: { deep: null } } });
  await say.patch('merge', one, { spec: null });
  await say.patch('json', one, [{ op: 'add', path: '/spec/items/0/v', value: 5 }]);
  await say.patch('json', one, [{ op: 'replace', path: '/metadata/labels', value: { 'bad key!': '' } }]);
  await say.patch('merge', one, { apiVersion: `${group}/v2` });
  await say.get(one);
});

const versions = scenario('several versions of one kind', async say => {
  const { group, namespace } = say.places;
  const gadgets = say.custom('gadgets');
  const old = say.custom('gadgets', 'v1beta1');
  const gadget = (name: string, of: string, spec: object) => object(`${group}/${of}`, 'Gadget', name, { spec });
  await say.post(gadgets, gadget('a', 'v1', { color: 'red', host: 'h' }));
  await say.post(old, gadget('b', 'v1beta1', { color: 'blue' }));
  await say.post(say.custom('gadgets', 'v1alpha1'), gadget('c', 'v1alpha1', {}));
  await say.post(gadgets, gadget('c', 'v1beta1', {}));
  await say.get(`${old}/a`);
  await say.get(`${gadgets}/b`);
  await say.get(old);
  for (const query of ['spec.color%3Dred', 'spec.color!%3Dred', 'spec.color%3Dnone', 'spec.host%3Dh', 'metadata.name%3Da,spec.color%3Dred']) await say.get(`${gadgets}?fieldSelector=${query}`);
  await say.get(`${old}?fieldSelector=spec.color%3Dred`);
  await say.get(`/apis/${group}/v1/gadgets?fieldSelector=spec.color%3Dred,metadata.namespace%3D${namespace}`);
  const watch = await say.watch(`${gadgets}?watch=1&fieldSelector=spec.color%3Dred`);
  await watch.take(1);
  await say.patch('merge', `${gadgets}/b`, { spec: { color: 'red' } });
  await say.patch('merge', `${gadgets}/a`, { spec: { color: 'green' } });
  await watch.take(2);
  watch.end();
  await say.patch('apply', `${old}/a?fieldManager=m`, gadget('a', 'v1beta1', { color: 'green' }));
  await say.patch('apply', `${gadgets}/a?fieldManager=m`, gadget('a', 'v1', { color: 'black' }));
  await say.patch('apply', `${gadgets}/a?fieldManager=n`, gadget('a', 'v1', { color: 'white' }));
  await say.table(gadgets);
  await say.table(old);
  await say.get(`/apis/${group}`);
  await say.get(`/apis/${group}/v1beta1`);
  await say.get(`/apis/${group}/v1alpha1`);
  await say.post(`/apis/${group}/v1/planets`, { ...object(`${group}/v1`, 'Planet', namespace), anything: { goes: [1] } });
  await say.post(say.in(`${group}/v1/planets`), object(`${group}/v1`, 'Planet', 'x'));
  await say.get(`/apis/${group}/v1/planets/${namespace}`);
  await say.delete(`/apis/${group}/v1/planets/${namespace}`);
});

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const established = ({ body }: any) => body?.status?.conditions?.some((each: any) => each.type === 'Established' && each.status === 'True');

const runTime = scenario('definitions come, change and go', async say => {
  const group = `${say.places.namespace}.example.org`;
  const schema = (more: Schema = {}): Schema => ({ type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' }, ...more.properties } } } });
  const crd = definition(group, 'Thing', [version('v1', schema())]);
  const path = `${DEFINITIONS}/${crd.metadata.name}`;
  const things = say.in(`${group}/v1/things`);
  const thing = (name: string, spec: object) => object(`${group}/v1`, 'Thing', name, { spec });
  await say.get(things);
  await say.post(DEFINITIONS, crd);
  await say.until(path, established);
  await say.until(things, ({ status }) => status === 200);
  await say.get(path);
  await say.post(DEFINITIONS, crd);
  await say.post(things, thing('one', { a: '1', b: 2 }));
  const changed = { ...crd.spec, versions: [version('v1', schema({ properties: { b: { type: 'integer', default: 5 } } }), { subresources: { status: {} } }), version('v2', schema(), { storage: false })] };
  await say.patch('merge', path, { spec: changed });
  await say.until(`${things}/one`, ({ body }) => body?.spec?.b === 5);
  await say.until(say.in(`${group}/v2/things`), ({ status }) => status === 200);
  await say.get(`${things}/one`);
  await say.get(say.in(`${group}/v2/things`));
  await say.get(`/apis/${group}`);
  await say.patch('merge', path, { spec: { scope: 'Cluster' } });
  await say.patch('merge', path, { spec: { names: { kind: 'Other' } } });
  await say.patch('merge', path, { spec: { versions: [version('v2', schema())] } });
  await say.patch('merge', path, { spec: { versions: [] } });
  const clash = definition(group, 'Rival', [version('v1', ANYTHING)], { names: { plural: 'rivals', singular: 'rival', kind: 'Thing', listKind: 'ThingList' } });
  await say.post(DEFINITIONS, clash);
  await say.until(`${DEFINITIONS}/${clash.metadata.name}`, ({ body }) => body?.status?.conditions?.some((each: any) => each.type === 'NamesAccepted'));
  await say.get(`${DEFINITIONS}/${clash.metadata.name}`);
  await say.delete(`${DEFINITIONS}/${clash.metadata.name}`);
  await say.patch('merge', `${things}/one`, { metadata: { finalizers: ['a.b/c'] } });
  await say.delete(path);
  await say.until(`${things}/one`, ({ body }) => body?.metadata?.deletionTimestamp);
  await say.post(things, thing('late', {}));
  await say.get(path);
  await say.patch('merge', `${things}/one`, { metadata: { finalizers: null } });
  await say.untilGone(path);
  await say.untilGone(things);
  await say.get(`${things}/one`);
  await say.get(`/apis/${group}`);
});

/** Definitions that are wrong, each in one way. */
function wrongDefinitions(group: string): [string, any][] {
  const plain: Schema = { type: 'object', properties: { spec: { type: 'object' } } };
  const of = (change: (crd: any) => void, schema: Schema = plain) => {
    const crd: any = definition(group, 'Wrong', [version('v1', schema, { subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } } })]);
    change(crd);
    return crd;
  };
  const none = () => undefined;
  const spec = (schema: object): Schema => ({ type: 'object', properties: { spec: schema as Schema } });
  const v1 = (crd: any) => crd.spec.versions[0];
  return [
    ['name', of(crd => Object.assign(crd.metadata, { name: 'x' }))],
    ['scope', of(crd => Object.assign(crd.spec, { scope: 'World' }))],
    ['no scope', of(crd => Reflect.deleteProperty(crd.spec, 'scope'))],
    ['no storage', of(crd => Object.assign(v1(crd), { storage: false }))],
    ['two storages', of(crd => crd.spec.versions.push(version('v2', plain)))],
    ['two of one name', of(crd => crd.spec.versions.push(version('v1', plain, { storage: false })))],
    ['no schema', of(crd => Reflect.deleteProperty(v1(crd), 'schema'))],
    ['no versions', of(crd => Object.assign(crd.spec, { versions: [] }))],
    ['version name', of(crd => Object.assign(v1(crd), { name: 'V_1' }))],
    ['plural', of(crd => Object.assign(crd.spec.names, { plural: 'Xs' }))],
    ['no kind', of(crd => Reflect.deleteProperty(crd.spec.names, 'kind'))],
    ['kind', of(crd => Object.assign(crd.spec.names, { kind: 'bad kind' }))],
    ['no group', of(crd => Reflect.deleteProperty(crd.spec, 'group'))],
    ['column', of(crd => Object.assign(v1(crd), { additionalPrinterColumns: [{ name: 'A', type: 'x', jsonPath: 'a' }] }))],
    ['column path', of(crd => Object.assign(v1(crd), { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.a[' }] }))],
    ['scale paths', of(crd => Object.assign(v1(crd).subresources.scale, { specReplicasPath: '.status.x', statusReplicasPath: '.spec.y' }))],
    ['selectable field', of(crd => Object.assign(v1(crd), { selectableFields: [{ jsonPath: '.spec.none' }, { jsonPath: 'x' }] }))],
    ['conversion', of(crd => Object.assign(crd.spec, { conversion: { strategy: 'Webhook' } }))],
    ['preserving all', of(crd => Object.assign(crd.spec, { preserveUnknownFields: true }))],
    ['no type', of(none, spec({ properties: { a: {} } }))],
    ['unknown type', of(none, spec({ type: 'text' }))],
    ['no items', of(none, spec({ type: 'array' }))],
    ['reference', of(none, spec({ type: 'object', $ref: 'x' }))],
    ['properties and additional', of(none, spec({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }))],
    ['type within anyOf', of(none, spec({ type: 'object', anyOf: [{ type: 'object' }] }))],
    ['pattern', of(none, spec({ type: 'string', pattern: '(' }))],
    ['default', of(none, spec({ type: 'integer', minimum: 1, default: 0 }))],
    ['default type', of(none, spec({ type: 'integer', default: 'x' }))],
    ['map without keys', of(none, spec({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' }))],
    ['keys not required', of(none, spec({ type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'] }))],
    ['set of objects', of(none, spec({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' }))],
    ['list type', of(none, spec({ type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'bag' }))],
    ['root', of(none, { type: 'string' })],
    ['metadata', of(none, { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } })],
    ['unique items', of(none, spec({ type: 'array', uniqueItems: true, items: { type: 'string' } }))],
    ['unknown field', of(crd => Object.assign(crd.spec, { surprise: 1 }))],
  ];
}

const definitions = scenario('definitions that are wrong', async (say: Conversation) => {
  for (const [, crd] of wrongDefinitions(`wrong.${say.places.group}`)) await say.post(`${DEFINITIONS}?dryRun=All`, crd);
});

export const customKinds = [structural, updates, versions, runTime, definitions];
