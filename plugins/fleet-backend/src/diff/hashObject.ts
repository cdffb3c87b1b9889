import type { KubeObject } from '@flotilla/kube-api';
import { contentHash } from '../model/hash';

/**
 * Hash of what an object asks for, 26 hex digits: equal on every machine, whatever the order of keys. Status and the
 * metadata a server fills do not count.
 */
export function hashObject(object: KubeObject): string {
  const { status: _status, metadata, ...rest } = object;
  const { uid: _uid, resourceVersion: _rv, generation: _g, creationTimestamp: _c, managedFields: _m, ...kept } = metadata;
  return contentHash({ ...rest, metadata: kept });
}
