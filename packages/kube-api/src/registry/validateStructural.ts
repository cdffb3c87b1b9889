import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import { whyNoPattern } from '../schema/pattern';
import { Shape } from '../schema/shape';
import { validate } from '../schema/validate';
import { applyDefaults } from '../schema/defaults';
import type { Schema, StatusCause } from '../types';

/** Deeper schemas are refused: each level costs at every write. */
const MAX_DEPTH = 64;
const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const NOT_IN_JUNCTORS = ['type', 'default', 'additionalProperties', 'nullable', 'description', 'title'] as const;

interface Walk {
  found: StatusCause[];
  ignoreCel: boolean;
}

/**
 * Holds a definition's schema to the structural rules: every level says its type, structure is said once and outside of
 * `allOf`, `anyOf`, `oneOf`, `not`, and nothing refers elsewhere. Only of such schemas is it known what to prune.
 */
export function validateStructural(schema: Schema, path: string, ignoreCel: boolean): StatusCause[] {
  const walk: Walk = { found: [], ignoreCel };
  if (schema.type !== 'object') walk.found.push(causes.invalid(`${path}.type`, schema.type, 'must be object at the root'));
  const { metadata, ...properties } = schema.properties ?? {};
  if (metadata) checkMetadata(metadata, `${path}.properties[metadata]`, walk);
  visit({ ...schema, properties }, path, 0, walk);
  return walk.found;
}

/** The author may narrow the object's name, and nothing else of its metadata. */
function checkMetadata(metadata: Schema, path: string, walk: Walk): void {
  const others = Object.keys(metadata.properties ?? {}).filter(name => name !== 'name' && name !== 'generateName');
  if (others.length > 0) {
    walk.found.push(causes.forbidden(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified'));
  }
}

function visit(schema: Schema, path: string, depth: number, walk: Walk): void {
  const { found } = walk;
  if (!isObject(schema)) {
    found.push(causes.invalid(path, schema, 'must be a schema'));
    return;
  }
  if (depth > MAX_DEPTH) {
    found.push(causes.forbidden(path, `schemas may not nest deeper than ${MAX_DEPTH} levels`));
    return;
  }
  checkType(schema, path, walk);
  checkMarkers(schema, path, walk);
  checkRules(schema, path, walk);
  if (schema.properties && schema.additionalProperties !== undefined) {
    found.push(causes.forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) visit(child, `${path}.properties[${name}]`, depth + 1, walk);
  if (isObject(schema.additionalProperties)) visit(schema.additionalProperties as Schema, `${path}.additionalProperties`, depth + 1, walk);
  if (schema.items) visit(schema.items, `${path}.items`, depth + 1, walk);
  const { allOf = [], anyOf = [], oneOf = [], not } = schema as Schema;
  for (const [junctor, parts] of Object.entries({ allOf, anyOf, oneOf, not: not ? [not] : [] })) {
    parts.forEach((part, index) => visitJunctor(part, `${path}.${junctor}${junctor === 'not' ? '' : `[${index}]`}`, isIntOrString(schema), walk));
  }
  if (schema.default !== undefined) checkDefault(schema, path, walk);
}

const isIntOrString = (schema: Schema) => schema['x-kubernetes-int-or-string'] === true;

function checkType(schema: Schema, path: string, { found }: Walk): void {
  const free = isIntOrString(schema) || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!schema.type && !free) found.push(causes.required(`${path}.type`, 'must not be empty for specified object fields'));
  if (schema.type && !TYPES.includes(schema.type)) found.push(causes.unsupported(`${path}.type`, schema.type, TYPES));
  if (schema.type && isIntOrString(schema)) {
    found.push(causes.invalid(`${path}.type`, schema.type, 'must be empty if x-kubernetes-int-or-string is true'));
  }
  if (schema.type === 'array' && !schema.items) found.push(causes.required(`${path}.items`, 'must be specified'));
  if (schema.$ref) found.push(causes.forbidden(`${path}.$ref`, '$ref is not supported'));
  if (schema.uniqueItems) found.push(causes.forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
}

function checkMarkers(schema: Schema, path: string, { found, ignoreCel }: Walk): void {
  if (schema['x-kubernetes-validations'] !== undefined && !ignoreCel) {
    found.push(
      causes.forbidden(
        `${path}.x-kubernetes-validations`,
        'CEL rules are not run here; remove them, or annotate the definition with flotilla.dev/cel: ignore to store its objects without them',
      ),
    );
  }
  if (schema['x-kubernetes-embedded-resource'] && schema.type !== 'object') {
    found.push(causes.invalid(`${path}.type`, schema.type, 'must be object if x-kubernetes-embedded-resource is true'));
  }
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  if (listType !== undefined && !LIST_TYPES.includes(listType)) found.push(causes.unsupported(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES));
  if (listType !== undefined && schema.type !== 'array') found.push(causes.invalid(`${path}.type`, schema.type, 'must be array if x-kubernetes-list-type is specified'));
  if (listType === 'set' && schema.items?.type === 'object' && schema.items['x-kubernetes-map-type'] !== 'atomic') {
    found.push(causes.invalid(`${path}.items.x-kubernetes-map-type`, schema.items['x-kubernetes-map-type'] ?? null, 'must be atomic as item of a list with x-kubernetes-list-type=set'));
  }
  if (listType === 'map') checkMapList(schema, path, keys, found);
  else if (keys?.length) found.push(causes.invalid(`${path}.x-kubernetes-list-type`, listType, 'must be map if x-kubernetes-list-map-keys is non-empty'));
}

function checkMapList(schema: Schema, path: string, keys: string[] | undefined, found: StatusCause[]): void {
  if (!keys?.length) {
    found.push(causes.required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
    return;
  }
  for (const key of keys) {
    const field = schema.items?.properties?.[key];
    const at = `${path}.items.properties[${key}]`;
    if (!field) found.push(causes.invalid(`${path}.x-kubernetes-list-map-keys`, key, 'entries must all be names of item properties'));
    else if (field.type === 'object' || field.type === 'array') found.push(causes.invalid(`${at}.type`, field.type, 'must be a scalar type if parent array\'s x-kubernetes-list-type is map'));
    else if (!schema.items?.required?.includes(key) && field.default === undefined) {
      found.push(causes.required(`${at}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'));
    }
  }
}

function checkRules(schema: Schema, path: string, { found }: Walk): void {
  const noPattern = schema.pattern && whyNoPattern(schema.pattern);
  if (noPattern) found.push(causes.invalid(`${path}.pattern`, schema.pattern, noPattern));
  if (schema.enum !== undefined && (!Array.isArray(schema.enum) || schema.enum.length === 0)) {
    found.push(causes.invalid(`${path}.enum`, schema.enum, 'must be a list with at least one value'));
  }
}

/** Inside a junctor there may be rules and paths to them, no structure. */
function visitJunctor(schema: Schema, path: string, intOrString: boolean, walk: Walk): void {
  if (!isObject(schema)) {
    walk.found.push(causes.invalid(path, schema, 'must be a schema'));
    return;
  }
  for (const field of NOT_IN_JUNCTORS) {
    if (schema[field as keyof Schema] === undefined || (field === 'type' && intOrString)) continue;
    walk.found.push(causes.forbidden(`${path}.${field}`, 'must be empty to be structural'));
  }
  checkRules(schema, path, walk);
  for (const [name, child] of Object.entries(schema.properties ?? {})) visitJunctor(child, `${path}.properties[${name}]`, false, walk);
  if (schema.items) visitJunctor(schema.items, `${path}.items`, false, walk);
}

function checkDefault(schema: Schema, path: string, { found }: Walk): void {
  const shape = new Shape({ ...schema, default: undefined }, {}, false);
  const value = structuredClone(schema.default);
  applyDefaults(shape, value);
  for (const { message, field } of validate(shape, value, `${path}.default`)) found.push({ reason: 'FieldValueInvalid', message, field });
}
