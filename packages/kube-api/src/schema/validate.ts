import type { Schema, StatusCause } from '../types';
import { causes } from './causes';
import { fits, isObject, typeNameOf } from './decode';
import { equal } from './equal';
import { hasFormat } from './formats';
import { listItemKey } from './listKeys';
import { matchesPattern } from './pattern';
import type { Shape } from './shape';

/** More causes than this help nobody; the walk stops. */
const MAX_CAUSES = 100;

/**
 * Holds a decoded object against its schema.
 *
 * @returns one cause a broken rule, in Kubernetes' words; empty when all is well
 */
export function validate(shape: Shape, value: unknown, path = ''): StatusCause[] {
  const found: StatusCause[] = [];
  check(shape, value, path, found);
  return found;
}

const under = (path: string, key: string) => (path ? `${path}.${key}` : key);

function check(shape: Shape, value: unknown, path: string, found: StatusCause[]): void {
  if (found.length >= MAX_CAUSES || value === undefined) return;
  if (value === null && shape.nullable) return;
  if (!fitsType(shape, value)) {
    found.push(causes.wrongType(path, typeNameOf(value), wantedType(shape)));
    if (shape.schema.enum) found.push(causes.unsupported(path, value, shape.schema.enum));
    return;
  }
  checkRules(shape.schema, value, path, found);
  if (Array.isArray(value)) checkList(shape, value, path, found);
  else if (isObject(value)) checkObject(shape, value, path, found);
  checkJunctors(shape.schema, value, path, found);
}

function fitsType(shape: Shape, value: unknown): boolean {
  if (value === null) return shape.kind === 'any' && !shape.schema.type;
  return fits(shape, value);
}

const wantedType = (shape: Shape) => (shape.scalar === 'intOrString' ? 'integer,string' : (shape.schema.type ?? 'string'));

function checkList(shape: Shape, value: unknown[], path: string, found: StatusCause[]): void {
  if (shape.kind !== 'list') return;
  value.forEach((item, index) => check(shape.items, item, `${path}[${index}]`, found));
  if (shape.listType === 'atomic') return;
  const seen = new Set<string>();
  value.forEach((item, index) => {
    const key = listItemKey(shape, item);
    if (key === undefined) return;
    if (seen.has(key)) found.push(causes.duplicate(`${path}[${index}]`, shape.listType === 'set' ? item : JSON.parse(key.slice(2))));
    seen.add(key);
  });
}

function checkObject(shape: Shape, value: Record<string, unknown>, path: string, found: StatusCause[]): void {
  for (const name of shape.schema.required ?? []) {
    if (value[name] === undefined) found.push(causes.required(under(path, name)));
  }
  for (const key of Object.keys(value)) {
    const child = shape.field(key);
    if (child) check(child, value[key], under(path, key), found);
  }
  if (!shape.schema['x-kubernetes-embedded-resource']) return;
  for (const name of ['apiVersion', 'kind']) {
    if (!value[name]) found.push(causes.required(under(path, name)));
  }
}

function checkRules(schema: Schema, value: unknown, path: string, found: StatusCause[]): void {
  if (schema.enum && !schema.enum.some(allowed => equal(allowed, value))) found.push(causes.unsupported(path, value, schema.enum));
  if (typeof value === 'string') checkText(schema, value, path, found);
  else if (typeof value === 'number') checkNumber(schema, value, path, found);
  else if (Array.isArray(value)) checkCount(schema.minItems, schema.maxItems, value.length, 'items', path, found);
  else if (isObject(value)) checkCount(schema.minProperties, schema.maxProperties, Object.keys(value).length, 'properties', path, found);
}

function checkText(schema: Schema, value: string, path: string, found: StatusCause[]): void {
  const invalid = (why: string) => found.push(causes.invalid(path, value, `${path} in body ${why}`));
  // As in Kubernetes the first broken rule speaks for the text.
  const length = schema.minLength === undefined && schema.maxLength === undefined ? 0 : [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) found.push(causes.tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && length < schema.minLength) invalid(`should be at least ${schema.minLength} chars long`);
  else if (schema.pattern !== undefined && !matchesPattern(schema, value)) invalid(`should match '${schema.pattern}'`);
  if (schema.format && !hasFormat(schema.format, value)) {
    const why = `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
    found.push({ ...causes.invalid(path, value, why), reason: 'FieldValueTypeInvalid' });
  }
}

function checkNumber(schema: Schema, value: number, path: string, found: StatusCause[]): void {
  const invalid = (why: string) => found.push(causes.invalid(path, value, `${path} in body ${why}`));
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    invalid(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    invalid(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (multipleOf && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9) invalid(`should be a multiple of ${multipleOf}`);
  if (schema.format === 'int32' && Math.abs(value) > 2_147_483_648) invalid('should be a valid int32');
}

function checkCount(
  min: number | undefined,
  max: number | undefined,
  count: number,
  noun: string,
  path: string,
  found: StatusCause[],
): void {
  if (max !== undefined && count > max) found.push(causes.tooMany(path, count, max));
  if (min !== undefined && count < min) found.push(causes.invalid(path, count, `${path} in body should have at least ${min} ${noun}`));
}

function checkJunctors(schema: Schema, value: unknown, path: string, found: StatusCause[]): void {
  const { allOf, anyOf, oneOf, not } = schema;
  if (!allOf && !anyOf && !oneOf && !not) return;
  if (allOf) allOf.forEach(part => found.push(...partial(part, value, path)));
  // int-or-string is written with an anyOf that says nothing the type does not.
  if (anyOf && !schema['x-kubernetes-int-or-string'] && !anyOf.some(part => partial(part, value, path).length === 0)) {
    found.push(causes.invalid(path, shownValue(value), `"${path}" must validate at least one schema (anyOf)`));
    found.push(...partial(anyOf[0], value, path));
  }
  if (oneOf) {
    const valid = oneOf.filter(part => partial(part, value, path).length === 0).length;
    const why = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    if (valid !== 1) found.push(causes.invalid(path, shownValue(value), `"${path}" must validate one and only one schema (oneOf). ${why}`));
  }
  if (not && partial(not, value, path).length === 0) {
    found.push(causes.invalid(path, shownValue(value), `"${path}" must not validate the schema (not)`));
  }
}

const shownValue = (value: unknown) => (typeof value === 'object' ? '' : value);

/** Holds a value against a part of a junctor, which carries rules but no structure of its own. */
function partial(schema: Schema, value: unknown, path: string): StatusCause[] {
  const found: StatusCause[] = [];
  if (schema.type && schema.type !== typeNameOf(value) && !(schema.type === 'number' && typeof value === 'number')) {
    return [causes.wrongType(path, typeNameOf(value), schema.type)];
  }
  checkRules(schema, value, path, found);
  if (isObject(value)) {
    for (const name of schema.required ?? []) if (value[name] === undefined) found.push(causes.required(under(path, name)));
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
      if (value[name] !== undefined) found.push(...partial(part, value[name], under(path, name)));
    }
  }
  if (Array.isArray(value) && schema.items) value.forEach((item, index) => found.push(...partial(schema.items!, item, `${path}[${index}]`)));
  checkJunctors(schema, value, path, found);
  return found;
}
