/** `metadata` of an object as the pages and rules read it. Times are RFC 3339. */
export interface KindMetadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
}

/** A CustomResourceDefinition of ours, as committed in `crds/`. */
export interface KindDefinition {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string; labels: Record<string, string> };
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: { kind: string; listKind: string; plural: string; singular: string; shortNames: string[]; categories: string[] };
    versions: { name: string; served: boolean; storage: boolean; schema: { openAPIV3Schema: FieldSchema }; [field: string]: unknown }[];
  };
}

/** What is read of an OpenAPI schema here. The whole of it is in the YAML. */
export interface FieldSchema {
  type?: string;
  description?: string;
  properties?: Record<string, FieldSchema>;
  additionalProperties?: FieldSchema;
  items?: FieldSchema;
  required?: string[];
  [keyword: string]: unknown;
}
