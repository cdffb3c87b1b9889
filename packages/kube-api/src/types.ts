/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** Who wrote which fields, as Kubernetes keeps it (`metadata.managedFields[]`). */
export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: Record<string, unknown>;
  subresource?: string;
}

/** A reference from a dependent to its owner, in the same namespace or cluster-scoped. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** `metadata` of every object. Times are RFC 3339 in UTC, whole seconds. */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** One Kubernetes object as JSON. Never mutated once stored: writers make a copy. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: any;
  status?: any;
  [field: string]: any;
}

/** A list response. `metadata.continue` is set when there is more on the same snapshot. */
export interface KubeList {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

/** One event of a watch, as it goes over the wire. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject | StatusObject;
}

/** Why one field was refused, in Kubernetes' words (`Status.details.causes[]`). */
export interface StatusCause {
  reason: string;
  message: string;
  field: string;
}

/** Kubernetes' error (and bare success) object. */
export interface StatusObject {
  apiVersion: 'v1';
  kind: 'Status';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  code?: number;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: StatusCause[];
    retryAfterSeconds?: number;
  };
}

/** The columns `kubectl get` shows (`additionalPrinterColumns` of a CRD, the built-ins' own). */
export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath?: string;
  description?: string;
  priority?: number;
  format?: string;
}

/** What stands in one cell of a table. */
export type Cell = string | number | boolean | null;

/** One column and how its cell is read from an object. Priority 1 shows with `-o wide` only. */
export interface TableColumn {
  name: string;
  type: string;
  format?: string;
  description?: string;
  priority?: number;
  /** @param now - milliseconds since the epoch; ages count from here */
  cell(object: KubeObject, now: number): Cell;
}

/** An OpenAPI v3 schema with Kubernetes' extensions. `$ref`s point into {@link SchemaBundle.definitions}. */
export interface Schema {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  nullable?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  multipleOf?: number;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  not?: Schema;
  $ref?: string;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-unions'?: unknown;
  'x-kubernetes-validations'?: unknown;
}

/** One served resource of one version: what discovery lists, and how its objects look. */
export interface ResourceInfo {
  group: string;
  version: string;
  resource: string;
  kind: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /**
   * Whether `/status` and `/scale` are served; with `/status`, a write to the main resource leaves `status` alone.
   * `proxy`, `log`, `token`: requests below `/proxy`, for `/log` and for `/token` are answered by the host.
   */
  subresources: { status: boolean; scale?: ScalePaths; proxy?: boolean; log?: boolean; token?: boolean };
  schema: Schema;
  /** What `$ref`s of the schema point into (`#/definitions/<name>`); one object shared by all kinds. */
  definitions?: Readonly<Record<string, Schema>>;
  /** The schema's own name among the definitions, for OpenAPI (built-in kinds). */
  definition?: string;
  /** Stored as sent: defaults of the schema are for readers and never written. */
  storedAsSent?: boolean;
  columns: PrinterColumn[];
  /** The whole table, in place of `columns`, for kinds whose cells are worked out. */
  table?: readonly TableColumn[];
  /** Fields beside name and namespace that a custom kind's definition lets be selected, as dotted paths. */
  selectable?: string[];
  /** What a client is warned of who uses this version. */
  deprecation?: string;
  /** True for kinds that came from a CustomResourceDefinition. */
  custom: boolean;
  /** Strategic merge is offered for built-in kinds only. */
  strategicMerge: boolean;
  /** Verbs served; absent means all. Create-only kinds (SelfSubjectAccessReview) list `create`. */
  verbs?: string[];
}

/** Where a scale lives in an object, as dotted JSON paths (`.spec.replicas`). */
export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}
