import { badRequest, conflict, invalid, kubeError, notFound } from '../errors';
import { applyConfiguration, decodeManagedFields, describeConflicts, emptyObject, encodeManagedFields, updateManagers } from '../patch/apply';
import type { Conflict } from '../patch/apply';
import { apiVersionOf } from '../registry/builtinInfos';
import { causes } from '../schema/causes';
import { decode, isObject } from '../schema/decode';
import { equal } from '../schema/equal';
import { findUnmergeable } from '../schema/listKeys';
import { shapeOf } from '../schema/shape';
import type { Patch, RequestContext, Target, WriteOptions } from '../service';
import type { KubeObject, ManagedFieldsEntry } from '../types';
import { insert, prepareNew, requireLivingDefinition } from './create';
import { decodeObject, textOf } from './decodeObject';
import { asVersion, keyOf, managerOf, timestamp } from './deps';
import type { ServiceDeps } from './deps';
import { requireNamespace, settleNamespace } from './namespaces';
import { actorOf, withoutManagers } from './ownership';
import type { Writer } from './ownership';
import { replace, requireSameVersion } from './update';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Owns what was there before anybody applied, where managers are not known. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/** Server-side apply: the caller's whole wish for the fields it manages. Throws 400, 404, 409 (conflicts), 422. */
export async function apply(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  patch: Patch,
  options: WriteOptions,
): Promise<{ object: KubeObject; created: boolean }> {
  const { info, name } = target;
  if (!options.fieldManager) {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [causes.required('fieldManager', 'is required for apply patch')]);
  }
  const config = readConfiguration(target, patch.body);
  const found = await deps.storage.get(keyOf(target));
  const live = found && asVersion(found, info);
  if (!live && target.subresource) throw notFound(info, name!);
  if (!live && config.metadata.uid) throw conflict(info, name!, `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`);
  if (live) requireSameVersion(target, live, config);
  const writer: Writer = { manager: managerOf(ctx, options), time: timestamp(deps.now()), subresource: target.subresource };
  const next = merge(target, live, config, writer, patch.force === true);
  if (live) return { object: await replace(deps, ctx, target, live, next, options, { tracked: true }), created: false };
  settleNamespace(target, next);
  await requireNamespace(deps, target, name!);
  requireLivingDefinition(deps, info, name!);
  prepareNew(deps, target, next);
  return { object: await insert(deps, ctx, target, next, options), created: true };
}

/** Reads what was sent; an applied object may name only fields that there are. */
function readConfiguration({ info, name, namespace }: Target, body: unknown): KubeObject {
  if (!isObject(body)) throw badRequest('the applied configuration is not an object');
  const { apiVersion = '', kind = '' } = body;
  if (apiVersion !== apiVersionOf(info) || kind !== info.kind) {
    const text = textOf(apiVersion);
    throw badRequest(`invalid object type: ${text.includes('/') ? text : `/${text}`}, Kind=${textOf(kind)}`);
  }
  if (isObject(body.metadata) && body.metadata.managedFields) throw badRequest('metadata.managedFields must be nil');
  const { value, unknown, mismatch } = decode(shapeOf(info), body, { keepEmpty: true });
  const title = `${namespace ?? ''}/${name}; ${apiVersionOf(info)}, Kind=${info.kind}`;
  const refuse = (why: string) => badRequest(`failed to create typed patch object (${title}): ${why}`);
  if (unknown.length > 0) throw refuse(unknown.slice(0, 10).map(path => `.${path}: field not declared in schema`).join(', '));
  const problem = mismatch ?? findUnmergeable(shapeOf(info), value);
  if (problem) throw refuse(problem);
  const config = value as KubeObject;
  config.metadata ??= {};
  config.metadata.name ??= name;
  if (config.metadata.name !== name) throw badRequest(`the name of the object (${config.metadata.name}) does not match the name on the URL (${name})`);
  if (info.namespaced && config.metadata.namespace && config.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return config;
}

function merge(target: Target, live: KubeObject | undefined, config: KubeObject, writer: Writer, force: boolean): KubeObject {
  const { info } = target;
  const shape = shapeOf(info);
  const base = live ? withoutManagers(live) : {};
  const decoded = decodeManagedFields(live?.metadata.managedFields);
  const before = actorOf(info, 'Update', { ...writer, manager: BEFORE_FIRST_APPLY });
  const managers =
    live && decoded.managers.size === 0
      ? updateManagers(shape, emptyObject(shape), base, decoded.managers, before)
      : decoded.managers;
  const actor = actorOf(info, 'Apply', writer);
  const applied = applyConfiguration(shape, base, config, managers, actor);
  if (applied.conflicts.length > 0 && !force) throw conflictError(applied.conflicts, managers);
  const next = decodeObject(info, withIdentity(applied.object as KubeObject, live ?? config), 'Ignore');
  if (writer.manager === 'kubectl') renewLastApplied(live, next, config);
  next.metadata.managedFields = settledEntries(live, next, applied.managers, { times: new Map(decoded.times).set(before.manager, writer.time), actor: actor.manager, time: writer.time });
  if (next.metadata.managedFields.length === 0) delete next.metadata.managedFields;
  return next;
}

/** Removing owned fields never takes the object's own name. */
const withIdentity = (object: KubeObject, from: KubeObject): KubeObject => ({
  ...object,
  apiVersion: from.apiVersion,
  kind: from.kind,
  metadata: { ...object.metadata, name: from.metadata.name, namespace: from.metadata.namespace },
});

function settledEntries(
  live: KubeObject | undefined,
  next: KubeObject,
  managers: Parameters<typeof encodeManagedFields>[0]['managers'],
  by: { times: ReadonlyMap<string, string | undefined>; actor: string; time: string },
): ManagedFieldsEntry[] {
  const changed = !live || !sameContent(live, next);
  return encodeManagedFields({ managers, times: changed ? new Map(by.times).set(by.actor, by.time) : by.times });
}

function sameContent(live: KubeObject, next: KubeObject): boolean {
  return equal(withoutManagers(live), withoutManagers(next));
}

function conflictError(conflicts: Conflict[], managers: Parameters<typeof describeConflicts>[1]) {
  const { causes: reasons, message } = describeConflicts(conflicts, managers);
  return kubeError(409, 'Conflict', message, { causes: reasons });
}

/** kubectl's own annotation follows its server-side applies, so that a later client-side apply starts from the truth. */
function renewLastApplied(live: KubeObject | undefined, next: KubeObject, config: KubeObject): void {
  if (!live?.metadata.annotations?.[LAST_APPLIED]) return;
  const { [LAST_APPLIED]: _last, ...annotations } = config.metadata.annotations ?? {};
  const { annotations: _annotations, ...rest } = config.metadata;
  const metadata = { ...rest, ...(Object.keys(annotations).length > 0 && { annotations }) };
  next.metadata.annotations = { ...next.metadata.annotations, [LAST_APPLIED]: `${JSON.stringify(sorted({ ...config, metadata }))}\n` };
}

/** Keys in the order in which Go writes them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}
