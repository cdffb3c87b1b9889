import type { ResourceInfo, Schema } from '../types';

/** Named schemas that `$ref`s point to (`#/definitions/<name>`). */
export type Definitions = Record<string, Schema>;

export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
export const SCALE = 'io.k8s.api.autoscaling.v1.Scale';
const DEFINITIONS = '#/definitions/';

const gvkOf = ({ group, version, kind }: ResourceInfo) => ({ group, version, kind });

/** The name of a kind's schema: Kubernetes' own for built-in kinds, `dev.kurator.fleet.v1alpha1.Fleet` for custom ones. */
export function schemaName(info: ResourceInfo): string {
  return info.definition ?? [...info.group.split('.').reverse(), info.version, info.kind].filter(Boolean).join('.');
}

/** The whole schema of a kind's objects: apiVersion, kind and metadata are there even where a CRD leaves them out. */
export function objectSchema(info: ResourceInfo): Schema {
  return {
    ...info.schema,
    type: 'object',
    properties: {
      ...info.schema.properties,
      apiVersion: { type: 'string', description: 'APIVersion defines the versioned schema of this representation of an object.' },
      kind: { type: 'string', description: 'Kind is a string value representing the REST resource this object represents.' },
      metadata: { description: "Standard object's metadata.", allOf: [{ $ref: `${DEFINITIONS}${META}.ObjectMeta` }], default: {} },
    },
    'x-kubernetes-group-version-kind': [gvkOf(info)],
  };
}

export function listSchema(info: ResourceInfo, itemName: string): Schema {
  return {
    type: 'object',
    description: `${info.kind}List is a list of ${info.kind}`,
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: `${DEFINITIONS}${META}.ListMeta` }] },
      items: { type: 'array', items: { allOf: [{ $ref: DEFINITIONS + itemName }] } },
    },
    'x-kubernetes-group-version-kind': [{ ...gvkOf(info), kind: `${info.kind}List` }],
  };
}

/** Adds to `found` every definition the schema needs, however far. */
export function collectReferences(schema: unknown, definitions: Definitions, found: Map<string, Schema>): void {
  const waiting: unknown[] = [schema];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (node === null || typeof node !== 'object') continue;
    const reference = (node as Schema).$ref;
    const name = typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : undefined;
    if (name && !found.has(name) && Object.hasOwn(definitions, name)) {
      found.set(name, definitions[name]);
      waiting.push(definitions[name]);
    }
    waiting.push(...Object.values(node));
  }
}
