import { badRequest, invalid } from '../errors';
import { parseFieldSelector, parseLabelSelector } from '../selectors';
import type { DeleteOptions, FieldValidation, ListRequest, WatchRequest, WriteOptions } from '../service';
import type { ResourceInfo, StatusCause } from '../types';

const VALIDATIONS = ['Ignore', 'Strict', 'Warn'];
const PROPAGATIONS = ['Foreground', 'Background', 'Orphan'];
const MAX_MANAGER = 128;

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text.slice(0, 40)}": ${/^-?\d+$/.test(text) ? 'value out of range' : 'invalid syntax'}`);
  return Number(text);
}

/** As Kubernetes reads it: what is there is true (`?watch` too), but for `false` and `0`. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

function version(query: URLSearchParams): string | undefined {
  const text = query.get('resourceVersion') || undefined;
  if (text !== undefined && !/^\d{1,15}$/.test(text)) {
    const found = text.slice(0, 40);
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(found)}: strconv.ParseUint: parsing ${JSON.stringify(found)}: invalid syntax`);
  }
  return text;
}

function selectors(query: URLSearchParams, info: ResourceInfo, name?: string) {
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', info);
  if (name !== undefined) fields.push({ path: 'metadata.name', operator: '=', value: name });
  return { labels: parseLabelSelector(query.get('labelSelector') ?? ''), fields };
}

/** Query of a list. Throws KubeError 400 or 422. */
export function listRequest(query: URLSearchParams, info: ResourceInfo): ListRequest {
  const limit = integer(query, 'limit');
  integer(query, 'timeoutSeconds');
  if (query.has('sendInitialEvents')) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason: 'FieldValueForbidden', field: 'sendInitialEvents', message: 'Forbidden: sendInitialEvents is forbidden for list' }]);
  }
  const match = query.get('resourceVersionMatch') || undefined;
  const resourceVersion = version(query);
  const next = query.get('continue') || undefined;
  if (match !== undefined) checkMatch(match, resourceVersion, next);
  return {
    ...selectors(query, info),
    limit: limit && limit > 0 ? limit : undefined,
    continue: next,
    resourceVersion,
    resourceVersionMatch: match as ListRequest['resourceVersionMatch'],
  };
}

function checkMatch(match: string, resourceVersion: string | undefined, next: string | undefined): void {
  const forbid = (message: string, reason = 'FieldValueForbidden') =>
    invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason, field: 'resourceVersionMatch', message }]);
  if (resourceVersion === undefined) throw forbid('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (next) throw forbid('Forbidden: resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw forbid(`Unsupported value: ${JSON.stringify(match.slice(0, 40))}: supported values: "Exact", "NotOlderThan", ""`, 'FieldValueNotSupported');
  }
  if (match === 'Exact' && resourceVersion === '0') throw forbid('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
}

/** What of a list's options a watch may have. Throws KubeError 422. */
function checkWatch(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') || undefined;
  const initial = query.has('sendInitialEvents');
  const forbidden = (message: string): StatusCause => ({ reason: 'FieldValueForbidden', field: 'resourceVersionMatch', message: `Forbidden: ${message}` });
  const found: StatusCause[] = [];
  if (match !== undefined && !initial) found.push(forbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (initial && match !== 'NotOlderThan') found.push(forbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (initial && match !== undefined && match !== 'NotOlderThan') found.push(unsupported('resourceVersionMatch', match, ['NotOlderThan']));
  if (query.get('continue')) found.push(forbidden('resourceVersionMatch is forbidden when continue is provided'));
  if (found.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', found);
}

/** Query of a watch. Throws KubeError 400 or 422. */
export function watchRequest(query: URLSearchParams, info: ResourceInfo, name?: string): WatchRequest {
  checkWatch(query);
  const sendInitialEvents = query.has('sendInitialEvents') ? flag(query, 'sendInitialEvents') : undefined;
  return {
    ...selectors(query, info, name),
    resourceVersion: version(query),
    allowBookmarks: flag(query, 'allowWatchBookmarks'),
    sendInitialEvents,
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  };
}

const unsupported = (field: string, value: string | string[], supported: string[]): StatusCause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value).slice(0, 80)}: supported values: ${supported.map(each => JSON.stringify(each)).join(', ')}`,
});

function managerCauses(manager: string): StatusCause[] {
  const field = 'fieldManager';
  if (Buffer.byteLength(manager) > MAX_MANAGER) return [{ reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${MAX_MANAGER} bytes` }];
  if (!/[^\x20-\x7e\u00a1-\uffff]/.test(manager)) return [];
  return [{ reason: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(manager)}: should only contain printable characters` }];
}

/**
 * Options every write has in its query.
 *
 * @param kind - `CreateOptions`, `UpdateOptions`, `PatchOptions` or `DeleteOptions`, for the error's words
 * @throws KubeError 422 for words that do not exist
 */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions & { fieldValidation: FieldValidation } {
  const causes: StatusCause[] = [];
  const dryRun = query.getAll('dryRun');
  if (dryRun.some(value => value !== 'All')) causes.push(unsupported('dryRun', dryRun, ['All']));
  const validation = query.get('fieldValidation') || 'Warn';
  if (!VALIDATIONS.includes(validation)) causes.push(unsupported('fieldValidation', validation, ['', ...VALIDATIONS]));
  const fieldManager = query.get('fieldManager') || undefined;
  if (fieldManager) causes.push(...managerCauses(fieldManager));
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', causes);
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: validation as FieldValidation };
}

/** Options of a delete: the query, and over it what the body says. Throws KubeError 400 or 422. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const sent = (body ?? {}) as Record<string, any>;
  if (typeof sent !== 'object' || Array.isArray(sent)) throw badRequest('the body of a delete must be DeleteOptions');
  if (sent.kind !== undefined && sent.kind !== 'DeleteOptions') {
    throw badRequest(`the body of a delete must be DeleteOptions, found kind ${JSON.stringify(sent.kind).slice(0, 60)}`);
  }
  const merged = new URLSearchParams(query);
  for (const value of Array.isArray(sent.dryRun) ? sent.dryRun : []) merged.append('dryRun', typeof value === 'string' ? value : JSON.stringify(value));
  const options = writeOptions(merged, 'DeleteOptions');
  const orphan = sent.orphanDependents ?? (query.has('orphanDependents') ? flag(query, 'orphanDependents') : undefined);
  const propagation = sent.propagationPolicy ?? (query.get('propagationPolicy') || undefined) ?? (orphan === true ? 'Orphan' : undefined);
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation)) {
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      unsupported('propagationPolicy', typeof propagation === 'string' ? propagation : JSON.stringify(propagation), [...PROPAGATIONS, 'nil']),
    ]);
  }
  if (orphan !== undefined && (sent.propagationPolicy ?? query.get('propagationPolicy'))) {
    const message = `Invalid value: ${JSON.stringify(propagation)}: orphanDependents and deletionPropagation cannot be both set`;
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [{ reason: 'FieldValueInvalid', field: 'propagationPolicy', message }]);
  }
  const preconditions = sent.preconditions ?? {};
  if (typeof preconditions !== 'object' || Array.isArray(preconditions)) {
    throw badRequest(`json: cannot unmarshal ${Array.isArray(preconditions) ? 'array' : typeof preconditions} into Go struct field DeleteOptions.preconditions of type v1.Preconditions`);
  }
  const { uid, resourceVersion } = preconditions;
  return {
    ...options,
    propagationPolicy: propagation,
    gracePeriodSeconds: seconds(sent.gracePeriodSeconds) ?? integer(query, 'gracePeriodSeconds'),
    preconditions: uid || resourceVersion ? { uid, resourceVersion } : undefined,
  };
}

function seconds(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw badRequest('gracePeriodSeconds must be a whole number');
  return value as number;
}
