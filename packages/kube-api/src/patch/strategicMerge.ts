import { badRequest, kubeError } from '../errors';
import { isObject } from '../schema/decode';
import { equal } from '../schema/equal';
import { OPEN } from '../schema/shape';
import type { Shape } from '../schema/shape';

type Fields = Record<string, unknown>;

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

/**
 * Applies Kubernetes' strategic merge patch: maps merge by key, lists by the merge key their schema names, and directives
 * (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say what a merge cannot.
 * Neither input is changed; what the patch does not touch is shared with the document.
 * The patch must have passed `refuseHostile`.
 *
 * @throws KubeError 400 when the patch is malformed, 422 when it does not fit the object
 */
export function applyStrategicMergePatch(shape: Shape, document: Fields, patch: Fields): Fields {
  return mergeMap(shape, document, patch);
}

function mergeMap(shape: Shape, original: Fields, patch: Fields): Fields {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutDirectives(omit(patch, DIRECTIVE)) as Fields;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch type: ${shortened(directive)}`);
  const out = retain(original, patch);
  for (const key of Object.keys(patch)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_FROM)) continue;
    mergeField(fieldOf(shape, key), out, key, patch);
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(SET_ORDER)) reorderField(fieldOf(shape, key.slice(SET_ORDER.length)), out, key.slice(SET_ORDER.length), original, patch);
    else if (key.startsWith(DELETE_FROM)) deleteFrom(out, key.slice(DELETE_FROM.length), patch[key]);
  }
  return out;
}

const fieldOf = (shape: Shape, key: string) => shape.field(key) ?? OPEN;
const strategies = (shape: Shape) => (shape.schema['x-kubernetes-patch-strategy'] ?? '').split(',');
const mergeKeyOf = (shape: Shape) => shape.schema['x-kubernetes-patch-merge-key'];
const shortened = (value: unknown) => (JSON.stringify(value) ?? '').slice(0, 100);

function omit(fields: Fields, key: string): Fields {
  const { [key]: _omitted, ...rest } = fields;
  return rest;
}

/** With `$retainKeys` only the keys it lists stay. It must list all the patch sets. */
function retain(original: Fields, patch: Fields): Fields {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return { ...original };
  const isDirective = (key: string) => key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_FROM);
  const fits = Array.isArray(keys) && Object.keys(patch).every(key => patch[key] === null || isDirective(key) || keys.includes(key));
  if (!fits) throw badRequest('invalid patch format of retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([key]) => (keys as unknown[]).includes(key)));
}

function mergeField(shape: Shape, out: Fields, key: string, patch: Fields): void {
  const value = patch[key];
  const before = out[key];
  if (value === null) delete out[key];
  else if (isObject(value) && isObject(before) && !strategies(shape).includes('replace')) out[key] = mergeMap(shape, before, value);
  else if (Array.isArray(value) && Array.isArray(before) && strategies(shape).includes('merge')) out[key] = mergeList(shape, before, value);
  else {
    const kept = withoutDirectives(value);
    if (kept === undefined) delete out[key];
    else out[key] = kept;
  }
}

/** A value that is new to the document: directives in it have nothing to act on, nulls nothing to delete. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(item => item !== undefined);
  if (!isObject(value)) return value;
  if (value[DIRECTIVE] !== undefined && value[DIRECTIVE] !== 'replace') return undefined;
  const out: Fields = {};
  for (const key of Object.keys(value)) {
    if (key.startsWith('$') && (key === DIRECTIVE || key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_FROM))) continue;
    const kept = value[key] === null ? undefined : withoutDirectives(value[key]);
    if (kept !== undefined) out[key] = kept;
  }
  return out;
}

function mergeList(shape: Shape, original: unknown[], patch: unknown[]): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  const mergeKey = mergeKeyOf(shape);
  if (!mergeKey) {
    const both = [...original, ...patch];
    return inOrder(both.filter((value, index) => both.findIndex(other => equal(other, value)) === index), patch, original, undefined);
  }
  const items = patch.map(item => keyed(item, mergeKey));
  const plain = items.filter(item => item[DIRECTIVE] === undefined);
  if (items.some(item => item[DIRECTIVE] === 'replace')) return plain;
  const deleted = items.filter(item => item[DIRECTIVE] === 'delete').map(item => item[mergeKey]);
  const kept = original.filter(item => !isObject(item) || !deleted.some(value => equal(item[mergeKey], value)));
  return inOrder(mergeItems(shape, kept, plain, mergeKey), plain, original, mergeKey);
}

function keyed(item: unknown, mergeKey: string): Fields {
  if (!isObject(item)) throw badRequest(`an item of a list that merges by ${mergeKey} is not an object: ${shortened(item)}`);
  const directive = item[DIRECTIVE];
  if (directive !== undefined && directive !== 'delete' && directive !== 'replace') throw badRequest(`unknown patch type: ${shortened(directive)}`);
  if (item[mergeKey] === undefined && directive !== 'replace') {
    throw kubeError(422, 'Invalid', `map: ${shortened(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return item;
}

function mergeItems(shape: Shape, original: unknown[], patch: Fields[], mergeKey: string): unknown[] {
  const out = [...original];
  for (const item of patch) {
    const at = out.findIndex(each => isObject(each) && equal(each[mergeKey], item[mergeKey]));
    if (at < 0) out.push(withoutDirectives(item));
    else out[at] = mergeMap(shape.items, out[at] as Fields, item);
  }
  return out;
}

/** `$setElementOrder` gives the order of the items the client knows; what only the server has keeps its neighbours. */
function reorderField(shape: Shape, out: Fields, key: string, original: Fields, patch: Fields): void {
  const order = patch[SET_ORDER + key];
  if (!Array.isArray(order)) throw badRequest(`${SET_ORDER}${key} is not a list`);
  const sent = patch[key];
  const mergeKey = mergeKeyOf(shape);
  const idOf = (item: unknown) => (mergeKey && isObject(item) ? item[mergeKey] : item);
  if (Array.isArray(sent)) {
    const known = sent.filter(item => !isObject(item) || item[DIRECTIVE] === undefined);
    const places = known.map(item => order.findIndex(each => equal(idOf(each), idOf(item))));
    if (places.some((place, index) => place < 0 || (index > 0 && place < places[index - 1]))) {
      throw badRequest(`The order in patch list: ${shortened(sent)} doesn't match ${SET_ORDER}${key} list: ${shortened(order)}`);
    }
  }
  const list = out[key];
  if (Array.isArray(list)) out[key] = inOrder(list, order, Array.isArray(original[key]) ? (original[key] as unknown[]) : [], mergeKey);
}

function deleteFrom(out: Fields, key: string, values: unknown): void {
  if (!Array.isArray(values)) throw badRequest('invalid patch format of primitive list');
  const list = out[key];
  if (Array.isArray(list)) out[key] = list.filter(item => !values.some(value => equal(value, item)));
}

/** Items the patch knows come in its order, the others in the server's; where both know two items, the server decides. */
function inOrder(items: unknown[], patchOrder: unknown[], serverOrder: unknown[], mergeKey: string | undefined): unknown[] {
  const idOf = (item: unknown) => (mergeKey && isObject(item) ? item[mergeKey] : item);
  const place = (order: unknown[], item: unknown) => order.findIndex(each => equal(idOf(each), idOf(item)));
  const sorted = (list: unknown[], order: unknown[]) => [...list].sort((a, b) => place(order, a) - place(order, b));
  const known = sorted(items.filter(item => place(patchOrder, item) >= 0), patchOrder);
  const others = sorted(items.filter(item => place(patchOrder, item) < 0), serverOrder);
  const out: unknown[] = [];
  while (known.length > 0 || others.length > 0) {
    const othersPlace = others.length > 0 ? place(serverOrder, others[0]) : -1;
    const knownPlace = known.length > 0 ? place(serverOrder, known[0]) : -1;
    const takeOther = known.length === 0 || (others.length > 0 && othersPlace >= 0 && knownPlace >= 0 && othersPlace < knownPlace);
    out.push(takeOther ? others.shift() : known.shift());
  }
  return out;
}
