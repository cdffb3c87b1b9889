/**
 * The verbs of the API, apart from HTTP. Everything that reads or writes objects goes through this one interface:
 * kubectl (by the routes), pages, actions and the engine. Permission and audit are classes that wrap it.
 */
import type { FieldRequirement, LabelRequirement, WriteRecord } from './storage';
import type { KubeList, KubeObject, ResourceInfo, StatusCause, StatusObject, WatchEvent } from './types';

/** Who asks. `kind: system` is the engine and the API's own controllers. */
export interface Principal {
  kind: 'user' | 'service' | 'anonymous' | 'system';
  /** Entity ref, service subject, or controller name; goes into audit and managedFields. */
  name: string;
  groups: string[];
  /** Whatever the host's authenticator wants to find again when it authorizes (Backstage credentials). */
  credentials?: unknown;
  /** When the token ends; watches end with it. Milliseconds since the epoch. */
  expiresAt?: number;
}

/** What accompanies one request. `warn` adds a `Warning:` header (or a line on the page). */
export interface RequestContext {
  principal: Principal;
  signal?: AbortSignal;
  /** The default field manager, from the user agent (`kubectl`). */
  userAgent?: string;
  warn(message: string): void;
  /** Goes with what the request writes, into the storage. */
  record?: WriteRecord;
}

/** What the request is about. `name` is absent for lists and creates; `namespace` for cluster-scoped kinds and all-namespace lists. */
export interface Target {
  info: ResourceInfo;
  namespace?: string;
  name?: string;
  subresource?: 'status' | 'scale';
}

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: FieldValidation;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface Patch {
  type: PatchType;
  /** Parsed JSON or YAML: an operations array for `json`, an object otherwise. */
  body: unknown;
  /** Apply only: take fields from other managers. */
  force?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  gracePeriodSeconds?: number;
}

export interface ListRequest {
  labels?: LabelRequirement[];
  fields?: FieldRequirement[];
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}

export interface WatchRequest {
  labels?: LabelRequirement[];
  fields?: FieldRequirement[];
  resourceVersion?: string;
  allowBookmarks?: boolean;
  sendInitialEvents?: boolean;
  timeoutSeconds?: number;
}

export interface ResourceService {
  get(ctx: RequestContext, target: Target): Promise<KubeObject>;
  list(ctx: RequestContext, target: Target, request: ListRequest): Promise<KubeList>;
  /** Resolves once it is known that the watch is not refused. The events end with the context's signal; nothing runs before they are iterated. */
  watch(ctx: RequestContext, target: Target, request: WatchRequest): Promise<AsyncIterable<WatchEvent>>;
  create(ctx: RequestContext, target: Target, object: unknown, options: WriteOptions): Promise<KubeObject>;
  update(ctx: RequestContext, target: Target, object: unknown, options: WriteOptions): Promise<{ object: KubeObject; created: boolean }>;
  patch(ctx: RequestContext, target: Target, patch: Patch, options: WriteOptions): Promise<{ object: KubeObject; created: boolean }>;
  /** The removed object, the object now terminating, or a Status. */
  delete(ctx: RequestContext, target: Target, options: DeleteOptions): Promise<KubeObject | StatusObject>;
  deleteCollection(ctx: RequestContext, target: Target, request: ListRequest, options: DeleteOptions): Promise<KubeList>;
}

/** The write that admission sees. `object` is absent for a delete. */
export interface AdmissionRequest {
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  info: ResourceInfo;
  namespace: string;
  name: string;
  subresource?: string;
  object?: KubeObject;
  old?: KubeObject;
  dryRun: boolean;
  principal: Principal;
}

/** What admission says: problems refuse (422, causes), `denied` refuses (403 or 409), warnings go back as headers. */
export interface AdmissionResponse {
  object?: KubeObject;
  warnings?: string[];
  causes?: StatusCause[];
  denied?: { code: 403 | 409 | 422; reason: string; message: string };
}

/** The host's own rules, asked after schema validation and before the write. */
export type Admission = (ctx: RequestContext, request: AdmissionRequest) => Promise<AdmissionResponse> | AdmissionResponse;

/** Every kind now served. CRDs added at run time appear at once. */
export interface ResourceRegistry {
  /** All resources, in discovery order. */
  all(): readonly ResourceInfo[];
  find(group: string, version: string, resource: string): ResourceInfo | undefined;
  byKind(apiVersion: string, kind: string): ResourceInfo | undefined;
  /** Called with a version number that grows with each change of the set. */
  onChange(listener: () => void): () => void;
}
