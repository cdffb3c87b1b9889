import type { FieldSet } from './fieldSet';
import { fromFieldsV1 } from './fieldSet';

/** The server's own fields: nobody manages them. */
const SERVER_FIELDS = fromFieldsV1({
  'f:apiVersion': {},
  'f:kind': {},
  'f:metadata': {
    '.': {},
    'f:name': {},
    'f:namespace': {},
    'f:creationTimestamp': {},
    'f:selfLink': {},
    'f:uid': {},
    'f:clusterName': {},
    'f:generation': {},
    'f:managedFields': {},
    'f:resourceVersion': {},
  },
});
const STATUS = fromFieldsV1({ 'f:status': {} });

/** What writers through an endpoint may own: on `/status` nothing but status, elsewhere no status where `/status` is served. */
export function ownableVia(subresource: string | undefined, hasStatus: boolean): (set: FieldSet) => FieldSet {
  return set => {
    const own = set.difference(SERVER_FIELDS);
    if (subresource === 'status') return own.only('f:status');
    return hasStatus ? own.recursiveDifference(STATUS) : own;
  };
}
