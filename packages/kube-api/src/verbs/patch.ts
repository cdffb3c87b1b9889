import { badRequest, conflict, invalid, KubeError, kubeError } from '../errors';
import { applyJsonPatch } from '../patch/jsonPatch';
import { applyMergePatch } from '../patch/mergePatch';
import { applyStrategicMergePatch } from '../patch/strategicMerge';
import { causes, shown } from '../schema/causes';
import { isObject, refuseHostile } from '../schema/decode';
import { apiVersionOf } from '../registry/builtinInfos';
import { OPEN, shapeOf } from '../schema/shape';
import type { Shape } from '../schema/shape';
import type { Patch, RequestContext, Target, WriteOptions } from '../service';
import type { KubeObject, ResourceInfo, StatusCause, StatusObject } from '../types';
import { apply } from './apply';
import { decodeObject } from './decodeObject';
import { load } from './deps';
import type { ServiceDeps } from './deps';
import { readScale, requireScale, writeScale } from './scale';
import { isConflict, retrying } from './retry';
import { replace } from './update';

/** Changes part of an object. Throws 400, 404, 409, 415, 422. */
export async function patch(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  request: Patch,
  options: WriteOptions,
): Promise<{ object: KubeObject; created: boolean }> {
  const conditional = isObject(request.body) && isObject(request.body.metadata) && request.body.metadata.resourceVersion;
  if (request.type === 'apply') {
    const once = target.subresource === 'scale' ? applyScale : apply;
    return retrying(() => once(deps, ctx, target, request, options), error => !conditional && lostRace(error));
  }
  const object = await retrying(
    () => patchOnce(deps, ctx, target, request, options),
    error => !conditional && isConflict(error),
  );
  return { object, created: false };
}

/** A Scale applied is its object applied with nothing but the replicas, by a manager of the Scale. */
async function applyScale(deps: ServiceDeps, ctx: RequestContext, target: Target, request: Patch, options: WriteOptions) {
  const { info, name, namespace } = target;
  requireScale(target, request.body);
  const bare: KubeObject = { apiVersion: apiVersionOf(info), kind: info.kind, metadata: { name, ...(namespace && { namespace }) } };
  const { object } = await apply(deps, ctx, target, { ...request, body: writeScale(info, bare, request.body) }, options);
  return { object: readScale(info, object), created: false };
}

/** Another writer was faster. A conflict of field managers is none of that: it has causes. */
function lostRace(error: unknown): boolean {
  const status = (error as { status?: StatusObject }).status;
  return !status?.details?.causes && (status?.reason === 'Conflict' || status?.reason === 'AlreadyExists');
}

async function patchOnce(deps: ServiceDeps, ctx: RequestContext, target: Target, request: Patch, options: WriteOptions) {
  const { info, subresource } = target;
  refuseHostile(request.body);
  const live = await load(deps, target);
  if (subresource === 'scale') {
    const scale = patched(OPEN, readScale(info, live), request) as KubeObject;
    return readScale(info, await replaceScale(deps, ctx, target, live, scale, options));
  }
  if (request.type === 'strategic' && !info.strategicMerge) throw unsupportedMediaType('application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml');
  const next = decodePatched(info, patched(shapeOf(info), live, request), options, ctx);
  return replace(deps, ctx, target, live, next, options);
}

/** What a patch made, as an object of the kind. A patch that makes none is refused as such: 422, but for unknown fields. */
function decodePatched(info: ResourceInfo, made: unknown, options: WriteOptions, ctx: RequestContext): KubeObject {
  try {
    return decodeObject(info, made, options.fieldValidation, ctx);
  } catch (error) {
    if (!(error instanceof KubeError) || error.status.reason !== 'BadRequest' || error.message.includes('is not allowed')) throw error;
    const identity = info.custom ? identityCauses(info, made) : [];
    if (identity.length > 0) throw invalid(info, (made as Partial<KubeObject> | null)?.metadata?.name ?? '', identity);
    throw invalid({ group: '', kind: '' }, '', [causes.invalid('patch', shown(made), error.message)]);
  }
}

function identityCauses(info: ResourceInfo, made: unknown): StatusCause[] {
  const wanted = { apiVersion: apiVersionOf(info), kind: info.kind };
  const sent = (isObject(made) ? made : {}) as Record<string, unknown>;
  return (['apiVersion', 'kind'] as const).filter(field => sent[field] !== wanted[field]).map(field => causes.invalid(field, sent[field] ?? '', `must be ${wanted[field]}`));
}

/** Writes a Scale through to its object. */
export async function replaceScale(
  deps: ServiceDeps,
  ctx: RequestContext,
  target: Target,
  live: KubeObject,
  scale: unknown,
  options: WriteOptions,
): Promise<KubeObject> {
  const { info, name } = target;
  requireScale(target, scale);
  const wanted = isObject(scale) && isObject(scale.metadata) ? scale.metadata.resourceVersion : undefined;
  if (wanted && wanted !== live.metadata.resourceVersion) throw conflict(info, name!);
  const next = decodeObject(info, writeScale(info, live, scale), 'Ignore');
  return replace(deps, ctx, { ...target, subresource: undefined }, live, next, options, { via: 'scale' });
}

function patched(shape: Shape, live: KubeObject, { type, body }: Patch): unknown {
  if (type === 'json') return applyJsonPatch(live, body);
  if (!isObject(body)) throw badRequest('the body of the patch is not an object');
  return type === 'strategic' ? applyStrategicMergePatch(shape, live, body) : applyMergePatch(live, body);
}

const unsupportedMediaType = (accepted: string) =>
  kubeError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`);
