import { badRequest } from '../errors';
import { apiVersionOf } from '../registry/builtinInfos';
import { decode, isObject } from '../schema/decode';
import { shapeOf } from '../schema/shape';
import type { FieldValidation, RequestContext } from '../service';
import type { KubeObject, ResourceInfo } from '../types';

/** So many unknown fields are named; the rest are counted. */
const MAX_NAMED = 20;

/**
 * Reads untrusted JSON as an object of the kind: a copy, with unknown fields left out.
 *
 * @throws KubeError 400 where it is no object, another kind, of wrong types (built-in kinds), or (Strict) has unknown fields
 */
export function decodeObject(info: ResourceInfo, raw: unknown, mode: FieldValidation = 'Warn', ctx?: RequestContext): KubeObject {
  // JSON's null reads as an object that says nothing.
  const sent = raw === null ? {} : raw;
  if (!isObject(sent)) throw badRequest('the request body is not an object');
  checkKind(info, sent);
  const { value, unknown, mismatch } = decode(shapeOf(info), sent);
  if (info.custom) unknown.sort();
  const cannot = (why: string) => badRequest(`${info.kind} in version ${JSON.stringify(info.version)} cannot be handled as a ${info.kind}: ${why}`);
  if (mismatch) throw cannot(mismatch);
  if (unknown.length > 0 && mode !== 'Ignore') {
    const named = unknown.slice(0, MAX_NAMED).map(path => `unknown field ${JSON.stringify(path.slice(0, 300))}`);
    if (unknown.length > MAX_NAMED) named.push(`and ${unknown.length - MAX_NAMED} more`);
    if (mode === 'Strict') throw cannot(`strict decoding error: ${named.join(', ')}`);
    named.forEach(line => ctx?.warn(line));
  }
  const object = value as KubeObject;
  object.apiVersion = apiVersionOf(info);
  object.kind = info.kind;
  object.metadata ??= {};
  tidyMetadata(object);
  return object;
}

/** What was sent where a word belongs, to be shown. `String` of an object calls what the object brings as its `toString`. */
export const textOf = (sent: unknown): string => (typeof sent === 'string' ? sent : `${JSON.stringify(sent)}`).slice(0, 100);

function checkKind(info: ResourceInfo, raw: Record<string, unknown>): void {
  const wanted = apiVersionOf(info);
  const { apiVersion, kind } = raw;
  if (info.custom && (!kind || !apiVersion)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${info.kind}): Object '${kind ? 'apiVersion' : 'Kind'}' is missing in '${JSON.stringify(raw).slice(0, 100)}' (${JSON.stringify(raw).slice(0, 30)})`);
  }
  if (kind && kind !== info.kind) {
    throw badRequest(`the kind in the data (${textOf(kind)}) does not match the expected kind (${info.kind})`);
  }
  if (apiVersion && apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${textOf(apiVersion)}) does not match the expected API version (${wanted})`);
  }
}

/** Empty collections in metadata are as good as none; Kubernetes drops them when it writes. */
function tidyMetadata({ metadata }: KubeObject): void {
  for (const field of ['labels', 'annotations'] as const) {
    if (metadata[field] && Object.keys(metadata[field]).length === 0) delete metadata[field];
  }
  for (const field of ['finalizers', 'ownerReferences'] as const) {
    if (metadata[field]?.length === 0) delete metadata[field];
  }
  for (const field of ['name', 'generateName', 'namespace', 'uid', 'resourceVersion'] as const) {
    if (metadata[field] === '') delete metadata[field];
  }
}
