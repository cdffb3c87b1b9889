/** The objects the rules read. Types only: this room runs without the API library. */
export type { KubeObject, ObjectMeta, StatusCause } from '@flotilla/kube-api';

/** `namespace/name`, or the name alone for what has no namespace. */
export const keyOf = (object: { metadata: { namespace?: string; name?: string } }): string =>
  object.metadata.namespace ? `${object.metadata.namespace}/${object.metadata.name}` : String(object.metadata.name);

/** Group of an apiVersion; '' for Kubernetes' core. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');

/** `Fleet kurator-system/ai-platform`, as sentences name an object. */
export const nameOf = (object: { kind: string; metadata: { namespace?: string; name?: string } }): string => `${object.kind} ${keyOf(object)}`;
