import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, forbidden, invalid, kubeError } from '../errors';
import type { FieldValidation, PatchType, RequestContext, ResourceService, Target } from '../service';
import { partialMetadata, toTable } from '../tables/table';
import type { IncludeObject } from '../tables/table';
import type { KubeList, KubeObject, ResourceInfo, StatusObject, WatchEvent } from '../types';
import { sendObject } from './answer';
import { parseBody, readBody, unsupportedMediaType } from './body';
import type { RawBody, Reading } from './body';
import { verbsOf } from './discovery';
import { negotiate } from './negotiate';
import type { Wanted } from './negotiate';
import { deleteOptions, flag, listRequest, writeOptions } from './query';
import { bare, methodNotAllowed } from './refusals';
import type { Access } from './reviews';
import type { Warnings } from './warnings';

/** One request for a resource on its way through. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  ctx: RequestContext;
  target: Target;
  warnings: Warnings;
  /** Bytes a body may have. */
  maxBodyBytes: number;
  /** Absent: everything is allowed. */
  access?: Access;
}

/** Reads what is asked, and gives what does it. */
type Verb = (service: ResourceService, call: Call) => Promise<() => Promise<void>>;
type Answer = KubeObject | KubeList | StatusObject;

const PATCH_TYPES: Record<string, PatchType> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Items of built-in kinds do not repeat what their list says; those of custom kinds do. */
const withBareItems = (list: KubeList): object => ({ ...list, items: list.items.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item) });

const isList = (answer: Answer): answer is KubeList => Array.isArray((answer as KubeList).items) && answer.kind.endsWith('List');

/** How objects go out: as they are, as a Table, or as metadata alone. */
export function converter(call: Call): (answer: Answer, headers?: boolean) => object {
  const wanted = wantedBy(call);
  const includeObject = (call.query.get('includeObject') || 'Metadata') as IncludeObject;
  if (!['None', 'Metadata', 'Object'].includes(includeObject)) {
    throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`);
  }
  return (answer, headers = true) => {
    if (answer.kind === 'Status') return answer;
    if (!wanted.as) return isList(answer) && !call.target.info.custom ? withBareItems(answer) : answer;
    if (wanted.as === 'Table') {
      return toTable(call.target.info, answer as KubeObject, { version: wanted.asVersion, includeObject, headers, now: Date.now() });
    }
    if (!isList(answer)) {
      if (wanted.as === 'PartialObjectMetadataList') throw kubeError(406, 'NotAcceptable', 'you requested PartialObjectMetadataList, but the requested object is not a list');
      return partialMetadata(answer as KubeObject, wanted.asVersion);
    }
    if (wanted.as === 'PartialObjectMetadata') throw kubeError(406, 'NotAcceptable', 'you requested PartialObjectMetadata, but the requested object is a list');
    return { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${wanted.asVersion}`, metadata: answer.metadata, items: answer.items.map(item => partialMetadata(item, wanted.asVersion)) };
  };
}

const wantedBy = (call: Call): Wanted => negotiate(call.request.headers.accept);

/** The same for the events of a watch: a Table's columns stand in the first event alone. */
export function eventConverter(call: Call): (event: WatchEvent) => WatchEvent {
  const convert = converter(call);
  let headers = true;
  return event => {
    if (event.type === 'ERROR') return event;
    const object = convert(event.object as KubeObject, headers) as KubeObject;
    headers = false;
    return { type: event.type, object };
  };
}

function send(call: Call, code: number, answer: Answer): void {
  const { media } = wantedBy(call);
  sendObject(call.response, code, converter(call)(answer), call.warnings, { media, pretty: flag(call.query, 'pretty') });
}

const reading = ({ ctx, target }: Call, validation: FieldValidation): Reading => ({ ...objectReading(target.info), validation, warn: ctx.warn });

/** What is said when an object of the kind asked for cannot be read. */
export function objectReading(info: ResourceInfo): Pick<Reading, 'failure' | 'strictFailure'> {
  return {
    failure: `the object provided is unrecognized (must be of type ${info.kind}): couldn't get version/kind; json parse error`,
    strictFailure: `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: strict decoding error`,
  };
}

const read = (call: Call): Promise<RawBody> => readBody(call.request, call.maxBodyBytes);

const get: Verb = async (service, call) => async () => send(call, 200, await service.get(call.ctx, call.target));

const list: Verb = async (service, call) => {
  const request = listRequest(call.query, call.target.info);
  return async () => send(call, 200, await service.list(call.ctx, call.target, request));
};

const create: Verb = async (service, call) => {
  const options = writeOptions(call.query, 'CreateOptions');
  const body = parseBody(await read(call), reading(call, options.fieldValidation));
  return async () => send(call, 201, await service.create(call.ctx, call.target, body, options));
};

const update: Verb = async (service, call) => {
  const options = writeOptions(call.query, 'UpdateOptions');
  const body = parseBody(await read(call), reading(call, options.fieldValidation));
  return async () => {
    const { object, created } = await service.update(call.ctx, call.target, body, options);
    send(call, created ? 201 : 200, object);
  };
};

const patch: Verb = async (service, call) => {
  const options = writeOptions(call.query, 'PatchOptions');
  const raw = await read(call);
  const { info } = call.target;
  const accepted = Object.keys(PATCH_TYPES).filter(each => info.strategicMerge || PATCH_TYPES[each] !== 'strategic');
  if (!Object.hasOwn(PATCH_TYPES, raw.type)) throw bare(415, 'UnsupportedMediaType', '415: Unsupported Media Type');
  if (!accepted.includes(raw.type)) throw unsupportedMediaType(accepted);
  const type = PATCH_TYPES[raw.type];
  const force = flag(call.query, 'force');
  checkPatchOptions(type, force, options.fieldManager);
  const body = parseBody(raw, { validation: options.fieldValidation, warn: call.ctx.warn, accepted, failure: type === 'apply' ? 'error decoding YAML' : 'error decoding patch' });
  return async () => {
    const { object, created } = await service.patch(call.ctx, call.target, { type, body, force }, options);
    send(call, created ? 201 : 200, object);
  };
};

function checkPatchOptions(type: PatchType, force: boolean, fieldManager?: string): void {
  const of = { group: 'meta.k8s.io', kind: 'PatchOptions' };
  if (type === 'apply' && !fieldManager) {
    throw invalid(of, '', [{ reason: 'FieldValueRequired', field: 'fieldManager', message: 'Required value: is required for apply patch' }]);
  }
  if (type !== 'apply' && force) {
    throw invalid(of, '', [{ reason: 'FieldValueForbidden', field: 'force', message: 'Forbidden: may not be specified for non-apply patch' }]);
  }
}

async function readDeleteOptions(call: Call) {
  const raw = await read(call);
  return deleteOptions(call.query, raw.bytes.length === 0 ? undefined : parseBody(raw, { validation: 'Ignore', warn: call.ctx.warn }));
}

const remove: Verb = async (service, call) => {
  const options = await readDeleteOptions(call);
  return async () => send(call, 200, await service.delete(call.ctx, call.target, options));
};

const removeCollection: Verb = async (service, call) => {
  const options = await readDeleteOptions(call);
  const request = listRequest(call.query, call.target.info);
  return async () => send(call, 200, await service.deleteCollection(call.ctx, call.target, request, options));
};

const ON_OBJECT: Record<string, { name: string; run: Verb }> = {
  GET: { name: 'get', run: get },
  PUT: { name: 'update', run: update },
  PATCH: { name: 'patch', run: patch },
  DELETE: { name: 'delete', run: remove },
};
const ON_COLLECTION: Record<string, { name: string; run: Verb }> = {
  GET: { name: 'list', run: list },
  POST: { name: 'create', run: create },
  DELETE: { name: 'deletecollection', run: removeCollection },
};

/**
 * The service asks for rights once it knows what is asked; Kubernetes asks before it reads. So whoever may not do it at all
 * hears that, and nothing of what is wrong with the request.
 */
async function refuseFirst({ access, ctx, target }: Call, verb: string, error: unknown): Promise<never> {
  const { info, namespace = '', name = '', subresource = '' } = target;
  const { group, version, resource } = info;
  const answer = await access?.(ctx, { verb, group, version, resource, subresource, namespace, name });
  if (!answer || answer.allowed) throw error;
  const where = namespace && ` in the namespace "${namespace}"`;
  throw forbidden(info, name, `User "${ctx.principal.name}" cannot ${verb} resource "${resource}" in API group "${group}"${where}: ${answer.reason}`);
}

/**
 * Carries out one request that is no watch and no review.
 *
 * @throws KubeError 405 for verbs this resource does not have, and whatever the service throws
 */
export async function serveResource(service: ResourceService, call: Call): Promise<void> {
  const { info, name, namespace, subresource } = call.target;
  const method = call.request.method === 'HEAD' ? 'GET' : call.request.method ?? '';
  const verbs = name === undefined ? ON_COLLECTION : ON_OBJECT;
  const verb = Object.hasOwn(verbs, method) ? verbs[method] : undefined;
  const everywhere = info.namespaced && namespace === undefined;
  const isOffered = verb && (subresource ? verb.name !== 'delete' : verbsOf(info).includes(verb.name));
  if (!verb || !isOffered || (everywhere && verb.name !== 'list')) throw methodNotAllowed();
  wantedBy(call);
  if (info.deprecation) call.ctx.warn(info.deprecation);
  const act = await verb.run(service, call).catch(error => refuseFirst(call, verb.name, error));
  await act();
}
