import { badRequest } from '../errors';
import { isQuantity, QUANTITY_RULE } from './quantity';
import { hasFormat } from './formats';
import type { Shape } from './shape';

/** How deep an object may nest; deeper is refused before anything recurses into it. */
export const MAX_DEPTH = 100;

/** Keys by which a merge would reach what all objects share. */
const POISON = new Set(['__proto__', 'constructor']);

export interface Decoded {
  /** A copy that shares nothing with the input. */
  value: unknown;
  /** Paths no schema names, in the order met; they are left out of `value`. */
  unknown: string[];
  /** For built-in kinds: what a Go decoder would say about the first wrong type. */
  mismatch?: string;
}

/** Where the walk is: as Kubernetes names it, and as Go does (no indexes, no keys of maps, the struct last passed). */
interface Place {
  path: string;
  field: string;
  owner: string;
}

interface Walk {
  keepEmpty: boolean;
  unknown: string[];
  mismatch?: string;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON type's name as Kubernetes says it. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/**
 * Copies untrusted JSON into an object that fits the shape: unknown fields and nulls that may not be are left out.
 * Throws 400 for nesting over {@link MAX_DEPTH} and for keys that would reach an object's prototype.
 *
 * @param options - `keepEmpty` keeps nulls and empty collections: in an applied configuration they are fields that are said
 */
export function decode(shape: Shape, raw: unknown, options: { keepEmpty?: boolean } = {}): Decoded {
  const walk: Walk = { unknown: [], keepEmpty: options.keepEmpty === true };
  const value = copy(shape, raw, { path: '', field: '', owner: shape.typeName ?? '' }, walk, 0);
  return { value, unknown: walk.unknown, mismatch: walk.mismatch };
}

function copy(shape: Shape | undefined, raw: unknown, at: Place, walk: Walk, depth: number): unknown {
  if (depth > MAX_DEPTH) throw badRequest(`the object nests deeper than ${MAX_DEPTH} levels at ${at.path.slice(0, 120)}`);
  if (shape?.typed) checkType(shape, raw, at, walk);
  if (Array.isArray(raw)) return copyList(shape, raw, at, walk, depth);
  if (isObject(raw)) return copyObject(shape, raw, at, walk, depth);
  return raw;
}

function copyList(shape: Shape | undefined, raw: unknown[], at: Place, walk: Walk, depth: number): unknown[] {
  const items = shape?.kind === 'list' ? shape.items : undefined;
  const out = new Array<unknown>(raw.length);
  for (let index = 0; index < raw.length; index++) {
    const item = raw[index] === null && !walk.keepEmpty ? zeroOf(items) : raw[index];
    out[index] = copy(items, item, { ...at, path: `${at.path}[${index}]` }, walk, depth + 1);
  }
  return out;
}

/** What a Go decoder makes of a null in a list of structs or texts: one that says nothing. */
function zeroOf(shape: Shape | undefined): unknown {
  if (!shape?.typed) return null;
  if (shape.kind === 'object' && !shape.additional) return {};
  return shape.kind !== 'list' && shape.scalar === 'string' && !shape.schema.format ? '' : null;
}

function copyObject(shape: Shape | undefined, raw: Record<string, unknown>, at: Place, walk: Walk, depth: number) {
  const out: Record<string, unknown> = {};
  const owner = shape?.typeName ?? at.owner;
  const open = !shape || shape.preserve || shape.kind !== 'object';
  for (const key of Object.keys(raw)) {
    const path = at.path ? `${at.path}.${key}` : key;
    if (POISON.has(key)) throw badRequest(`field name ${JSON.stringify(key)} is not allowed (at ${path})`);
    const value = raw[key];
    const declared = shape?.declared(key);
    const child = declared ?? shape?.additional;
    if (!child && !open) {
      walk.unknown.push(path);
      continue;
    }
    if (value === undefined) continue;
    if (value === null && !walk.keepEmpty && shape?.typed && !declared && child?.scalar === 'string') {
      // Go's map of strings takes a null for the empty text.
      out[key] = '';
      continue;
    }
    if (!walk.keepEmpty && ((value === null && dropsNull(shape, child)) || (declared && dropsEmpty(shape!, key, declared, value)))) continue;
    const field = declared ? (at.field ? `${at.field}.${key}` : key) : at.field;
    out[key] = copy(child, value, { path, field, owner }, walk, depth + 1);
  }
  return out;
}

/** Built-in kinds do not write maps and lists that hold nothing, unless the field is required. */
function dropsEmpty(parent: Shape, key: string, child: Shape, value: unknown): boolean {
  // An empty managedFields is a client's wish to forget its managers.
  if (!child.typed || typeof value !== 'object' || value === null || key === 'managedFields') return false;
  const nothing = Array.isArray(value) ? child.kind === 'list' && value.length === 0 : child.additional !== undefined && Object.keys(value).length === 0;
  return nothing && !parent.schema.required?.includes(key);
}

/** A null where none may be means "not set"; it goes before defaults come. */
const dropsNull = (parent: Shape | undefined, child: Shape | undefined) =>
  child !== undefined && !child.nullable && (child.typed ? child.kind !== 'any' : parent !== undefined);

const MAX_INT32 = 2_147_483_647;

/** What a Go decoder would say of a value whose type fits and whose form does not. */
function formatProblem(shape: Shape, raw: unknown): string | undefined {
  if (shape.scalar === 'quantity') return raw === null || isQuantity(raw) ? undefined : QUANTITY_RULE;
  const { format } = shape.schema;
  if (!format || raw === null) return undefined;
  if (format === 'int32' && Math.abs(raw as number) > MAX_INT32) return `json: cannot unmarshal number ${raw} into Go value of type int32`;
  if (typeof raw !== 'string') return undefined;
  if (format === 'byte' && !hasFormat(format, raw)) return `illegal base64 data at input byte ${Math.max(0, raw.search(/[^A-Za-z0-9+/\r\n]/))}`;
  if (format === 'date-time' && raw !== '' && !hasFormat(format, raw)) {
    const layout = shape.typeName === 'MicroTime' ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
    return `parsing time ${JSON.stringify(raw.slice(0, 60))} as "${layout}": cannot parse ${JSON.stringify(raw.slice(0, 60))} as "2006"`;
  }
  return undefined;
}

const GO_TYPES: Record<string, string> = { string: 'string', boolean: 'bool', number: 'float64', intOrString: 'intstr.IntOrString' };

function goType(shape: Shape): string {
  if (shape.kind === 'list') return `[]${goType(shape.items)}`;
  if (shape.kind === 'object') return shape.additional ? `map[string]${goType(shape.additional)}` : `v1.${shape.typeName ?? 'Object'}`;
  if (shape.scalar === 'integer') return shape.schema.format === 'int64' ? 'int64' : 'int32';
  return GO_TYPES[shape.scalar] ?? shape.typeName ?? 'interface {}';
}

/** Whether a Go decoder would take the value. Null sets nothing and always fits. */
export function fits(shape: Shape, raw: unknown): boolean {
  if (raw === null || raw === undefined || shape.kind === 'any') return true;
  if (shape.kind === 'list') return Array.isArray(raw);
  if (shape.kind === 'object') return isObject(raw);
  switch (shape.scalar) {
    case 'integer':
      return Number.isInteger(raw);
    case 'number':
      return typeof raw === 'number';
    case 'boolean':
      return typeof raw === 'boolean';
    case 'string':
      return typeof raw === 'string';
    case 'intOrString':
      return typeof raw === 'string' || Number.isInteger(raw);
    default:
      return typeof raw === 'string' || typeof raw === 'number';
  }
}

function checkType(shape: Shape, raw: unknown, at: Place, walk: Walk): void {
  if (walk.mismatch !== undefined) return;
  if (fits(shape, raw)) {
    walk.mismatch = formatProblem(shape, raw);
    return;
  }
  const json = Array.isArray(raw) ? 'array' : typeof raw === 'number' && !Number.isInteger(raw) ? `number ${raw}` : typeof raw;
  const found = json === 'boolean' ? 'bool' : json;
  walk.mismatch = `json: cannot unmarshal ${found} into Go struct field ${at.owner ? `${at.owner}.` : ''}${at.field} of type ${goType(shape)}`;
}

/**
 * Throws 400 for what would harm the code that merges it: keys that reach a prototype, and nesting no object may have.
 */
export function refuseHostile(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  // A JSON patch holds values two levels below its own.
  if (depth > MAX_DEPTH + 2) throw badRequest(`the patch nests deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const item of value) refuseHostile(item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    if (POISON.has(key)) throw badRequest(`field name ${JSON.stringify(key)} is not allowed`);
    refuseHostile((value as Record<string, unknown>)[key], depth + 1);
  }
}
