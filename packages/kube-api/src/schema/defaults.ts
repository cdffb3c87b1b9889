import { isObject } from './decode';
import type { Shape } from './shape';

/**
 * Fills in a custom resource's `default`s, in place, on an object the caller owns.
 * Only where the parent is there: a default inside an absent object does not bring the object, as in Kubernetes.
 */
export function applyDefaults(shape: Shape, value: unknown): void {
  if (shape.typed) return;
  if (Array.isArray(value)) {
    if (shape.kind === 'list' && hasDefaults(shape.items)) value.forEach(item => applyDefaults(shape.items, item));
    return;
  }
  if (!isObject(value) || !hasDefaults(shape)) return;
  for (const name of shape.declaredNames) {
    const child = shape.declared(name)!;
    if (value[name] === undefined && child.schema.default !== undefined && !child.typed) {
      value[name] = structuredClone(child.schema.default);
    }
    if (value[name] !== undefined) applyDefaults(child, value[name]);
  }
  const { additional } = shape;
  if (!additional) return;
  for (const key of Object.keys(value)) if (!shape.declared(key)) applyDefaults(additional, value[key]);
}

/**
 * The object as it reads with the defaults of a schema that may have grown since it was written: itself where nothing is
 * missing. It is not changed.
 */
export function withDefaults<T>(shape: Shape, value: T): T {
  if (!hasDefaults(shape) || !lacksDefault(shape, value)) return value;
  const copy = structuredClone(value);
  applyDefaults(shape, copy);
  return copy;
}

function lacksDefault(shape: Shape, value: unknown): boolean {
  if (shape.typed || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return shape.kind === 'list' && hasDefaults(shape.items) && value.some(item => lacksDefault(shape.items, item));
  if (!hasDefaults(shape)) return false;
  const node = value as Record<string, unknown>;
  const own = shape.declaredNames.some(name => {
    const child = shape.declared(name)!;
    return node[name] === undefined ? child.schema.default !== undefined && !child.typed : lacksDefault(child, node[name]);
  });
  const { additional } = shape;
  return own || (additional !== undefined && Object.keys(node).some(key => !shape.declared(key) && lacksDefault(additional, node[key])));
}

const known = new WeakMap<Shape, boolean>();

/** Whether anything below has a default; most objects have none, and then nothing is walked. */
function hasDefaults(shape: Shape): boolean {
  const seen = known.get(shape);
  if (seen !== undefined) return seen;
  known.set(shape, false);
  const found =
    !shape.typed &&
    (shape.declaredNames.some(name => {
      const child = shape.declared(name)!;
      return child.schema.default !== undefined || hasDefaults(child);
    }) ||
      (shape.additional !== undefined && hasDefaults(shape.additional)) ||
      (shape.kind === 'list' && shape.schema.items !== undefined && hasDefaults(shape.items)));
  known.set(shape, found);
  return found;
}
