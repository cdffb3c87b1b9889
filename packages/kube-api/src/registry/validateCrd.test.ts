import type { KubeObject, Schema } from '../types';
import { widgetCrd } from '../verbs/testKit';
import { validateCrd, validateCrdUpdate } from './validateCrd';

const ok: Schema = { type: 'object', properties: { a: { type: 'string' } } };
// With one version alone, Kubernetes names its parts at the definition.
const root = 'spec.validation.openAPIV3Schema.properties[spec]';
const changed = (change: (crd: KubeObject) => void): KubeObject => {
  const crd = structuredClone(widgetCrd(ok));
  change(crd);
  return crd;
};

it('takes a sound definition', () => {
  expect(validateCrd(widgetCrd(ok))).toEqual([]);
});

it.each<[string, (crd: KubeObject) => void, string]>([
  ['a name that is not plural.group', crd => (crd.metadata.name = 'x'), 'metadata.name'],
  ['a group without a dot', crd => (crd.spec.group = 'example'), 'spec.group'],
  ['a bad plural', crd => (crd.spec.names.plural = 'Widgets'), 'spec.names.plural'],
  ['no kind', crd => delete crd.spec.names.kind, 'spec.names.kind'],
  ['an unknown scope', crd => (crd.spec.scope = 'World'), 'spec.scope'],
  ['no storage version', crd => (crd.spec.versions[0].storage = false), 'spec.versions'],
  ['two versions of one name', crd => crd.spec.versions.push({ ...crd.spec.versions[0], storage: false }), 'spec.versions'],
  ['no schema', crd => delete crd.spec.versions[0].schema, 'spec.versions[0].schema.openAPIV3Schema'],
  ['webhook conversion', crd => (crd.spec.conversion = { strategy: 'Webhook' }), 'spec.conversion.strategy'],
  ['a scale path outside of spec', crd => (crd.spec.versions[0].subresources.scale.specReplicasPath = '.status.x'), 'spec.subresources.scale.specReplicasPath'],
  ['a column of an unknown type', crd => (crd.spec.versions[0].additionalPrinterColumns = [{ name: 'A', type: 'colour', jsonPath: '.a' }]), 'spec.additionalPrinterColumns[0].type'],
  ['a field to select by that is not there', crd => (crd.spec.versions[0].selectableFields = [{ jsonPath: '.spec.none' }]), 'spec.selectableFields[0].jsonPath'],
  ['a field to select by that is no scalar', crd => (crd.spec.versions[0].selectableFields = [{ jsonPath: '.spec' }]), 'spec.selectableFields[0].jsonPath'],
])('refuses %s', (_what, change, field) => {
  expect(validateCrd(changed(change)).map(cause => cause.field)).toContain(field);
});

it.each<[string, Schema, string]>([
  ['a field without a type', { type: 'object', properties: { a: {} } }, `${root}.properties[a].type`],
  ['an unknown type', { type: 'text' }, `${root}.type`],
  ['a list without items', { type: 'array' }, `${root}.items`],
  ['a reference', { type: 'object', $ref: '#/x' }, `${root}.$ref`],
  ['properties beside additionalProperties', { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }, `${root}.additionalProperties`],
  ['structure inside a junctor', { type: 'object', anyOf: [{ type: 'object' }] }, `${root}.anyOf[0].type`],
  ['a pattern that is none', { type: 'string', pattern: '(' }, `${root}.pattern`],
  ['a default that breaks the rules', { type: 'integer', minimum: 1, default: 0 }, `${root}.default`],
  ['a map list without keys', { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map' }, `${root}.x-kubernetes-list-map-keys`],
  ['CEL rules', { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] }, `${root}.x-kubernetes-validations`],
])('refuses a schema with %s', (_what, schema, field) => {
  expect(validateCrd(widgetCrd(schema)).map(cause => cause.field)).toContain(field);
});

it('says what may be done about CEL rules, and takes them when so annotated', () => {
  const crd = widgetCrd({ type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] });
  expect(validateCrd(crd)[0].message).toContain('flotilla.dev/cel: ignore');
  crd.metadata.annotations = { 'flotilla.dev/cel': 'ignore' };
  expect(validateCrd(crd)).toEqual([]);
});

it('keeps group, scope and names as they were', () => {
  const old = widgetCrd(ok);
  old.status = { storedVersions: ['v1'] };
  const next = changed(crd => {
    crd.spec.scope = 'Cluster';
    crd.spec.versions[0].name = 'v2';
  });
  expect(validateCrdUpdate(next, old).map(cause => cause.field)).toEqual(['spec.scope', 'status.storedVersions[0]']);
  expect(validateCrdUpdate({ ...next, spec: undefined }, old)).toEqual([]);
  expect(validateCrd({ ...next, spec: undefined }).map(cause => cause.field)).toEqual(['spec']);
});
