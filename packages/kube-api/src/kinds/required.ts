import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import type { Shape } from '../schema/shape';
import type { StatusCause } from '../types';

const TEXTS = new Set(['string', 'intOrString', 'quantity']);

/**
 * Causes for required texts that are missing or empty, anywhere but in status and metadata of a built-in kind.
 * Numbers and lists are left out: their zero is a value to Kubernetes, and where it is not the kind's own rules say so.
 */
export function validateRequired(shape: Shape, value: unknown, path = ''): StatusCause[] {
  const found: StatusCause[] = [];
  visit(shape, value, path, found);
  return found;
}

function visit(shape: Shape, value: unknown, path: string, found: StatusCause[]): void {
  if (Array.isArray(value)) {
    if (shape.kind === 'list') value.forEach((item, index) => visit(shape.items, item, `${path}[${index}]`, found));
    return;
  }
  if (!isObject(value)) return;
  for (const name of shape.schema.required ?? []) {
    const child = shape.declared(name);
    // A default in the schema of a built-in kind is the decoder's zero value, so '' does not count as said.
    if (child && TEXTS.has(child.scalar) && (value[name] === undefined || value[name] === '')) found.push(causes.required(path ? `${path}.${name}` : name));
  }
  for (const key of Object.keys(value)) {
    if (path === '' && (key === 'status' || key === 'metadata')) continue;
    const child = shape.field(key);
    if (child && child.kind !== 'scalar') visit(child, value[key], path ? `${path}.${key}` : key, found);
  }
}
