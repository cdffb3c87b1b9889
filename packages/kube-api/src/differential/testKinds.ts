import type { Schema } from '../types';

const text: Schema = { type: 'string' };
const integer: Schema = { type: 'integer' };

/** A spec with every structural feature there is. */
const SPEC: Schema = {
  type: 'object',
  properties: {
    replicas: { type: 'integer', format: 'int32', minimum: 0, default: 1 },
    size: { type: 'string', enum: ['S', 'L'] },
    pattern: { type: 'string', pattern: '^a+$', maxLength: 4, minLength: 1 },
    number: { type: 'number', multipleOf: 0.5, maximum: 3, exclusiveMaximum: true },
    flag: { type: 'boolean' },
    when: { type: 'string', format: 'date-time' },
    bytes: { type: 'string', format: 'byte' },
    either: { 'x-kubernetes-int-or-string': true },
    maybe: { type: 'string', nullable: true },
    filled: { type: 'object', default: {}, properties: { deep: { type: 'string', default: 'x' }, other: text } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    half: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: { type: 'object', properties: { a: text } } } },
    embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    counts: { type: 'object', additionalProperties: integer, maxProperties: 3 },
    whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
    tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    plain: { type: 'array', items: integer },
    items: {
      type: 'array',
      maxItems: 4,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: text, v: integer, tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' } } },
    },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: { type: 'object', required: ['port'], properties: { port: integer, protocol: { type: 'string', default: 'TCP' }, name: text } },
    },
    both: { type: 'object', required: ['a', 'b'], properties: { a: text, b: text } },
    one: { type: 'object', properties: { a: text, b: text }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    any: { type: 'object', properties: { a: text, b: text }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    not: { type: 'object', properties: { a: text }, not: { required: ['a'] } },
  },
};

const STATUS: Schema = {
  type: 'object',
  properties: {
    replicas: integer,
    selector: text,
    phase: text,
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: { type: 'object', required: ['type'], properties: { type: text, status: text } },
    },
  },
};

const COLUMNS = [
  { name: 'Size', type: 'string', jsonPath: '.spec.size', description: 'How big' },
  { name: 'Wanted', type: 'integer', jsonPath: '.spec.replicas' },
  { name: 'Items', type: 'string', jsonPath: '.spec.items[*].name', priority: 1 },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Number', type: 'number', jsonPath: '.spec.number' },
  { name: 'Flag', type: 'boolean', jsonPath: '.spec.flag' },
  { name: 'Free', type: 'string', jsonPath: '.spec.free' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** A CustomResourceDefinition. */
export function definition(group: string, kind: string, versions: object[], more: object = {}) {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural: `${singular}s`, singular, kind, listKind: `${kind}List` }, versions, ...more } as any,
  };
}

/** One version of a definition. */
export const version = (name: string, openAPIV3Schema: Schema, more: object = {}) => ({ name, served: true, storage: true, schema: { openAPIV3Schema }, ...more });

export const ANYTHING: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The kinds both servers serve while scenarios run. */
export function testKinds(group: string) {
  const widget: Schema = { type: 'object', properties: { spec: SPEC, status: STATUS } };
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' };
  // Kubernetes refuses selectable fields where all versions have one schema.
  const gadget = (description: string): Schema => ({ type: 'object', description, properties: { spec: { type: 'object', properties: { color: text, host: text } } } });
  return [
    definition(group, 'Widget', [version('v1', widget, { subresources: { status: {}, scale }, additionalPrinterColumns: COLUMNS })]),
    definition(
      group,
      'Gadget',
      [
        version('v1', gadget('new'), { selectableFields: [{ jsonPath: '.spec.color' }], additionalPrinterColumns: [{ name: 'Color', type: 'string', jsonPath: '.spec.color' }] }),
        version('v1beta1', gadget('old'), { storage: false, deprecated: true, deprecationWarning: 'use v1' }),
        version('v1alpha1', gadget('older'), { storage: false, served: false }),
      ],
      { names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList', shortNames: ['gg'], categories: ['all'] } },
    ),
    definition(group, 'Planet', [version('v1', ANYTHING)], { scope: 'Cluster' }),
  ];
}

/** A Widget of the test kinds. */
export const widget = (group: string, name: string, spec?: object, metadata: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Widget',
  metadata: { name, ...metadata },
  ...(spec && { spec }),
});
