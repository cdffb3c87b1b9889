/**
 * Fields that belong to somebody in the member, e.g. `spec.replicas` under an autoscaler. They are left out of what we
 * apply, with one catch: a field that we alone own and stop applying is *removed*, and the server fills its default
 * (replicas: 1). So while nobody else owns it we go on applying the live value; the owner takes it over with its first
 * own write, and only then do we let go.
 */
import { MANAGED_BY_FLOTILLA } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';

type Fields = Record<string, any>;

const at = (object: Fields | undefined, path: string[]): unknown => path.reduce<any>((value, field) => value?.[field], object);

function owns(entry: { fieldsV1?: Fields }, path: string[]): boolean {
  return at(entry.fieldsV1, path.map(field => `f:${field}`)) !== undefined;
}

/** A copy in which the field has this value, or is absent for undefined. */
function withField(object: Fields, [field, ...rest]: string[], value: unknown): Fields {
  if (rest.length) {
    if (value === undefined && object[field] === undefined) return object;
    return { ...object, [field]: withField(object[field] ?? {}, rest, value) };
  }
  const { [field]: _dropped, ...others } = object;
  return value === undefined ? others : { ...others, [field]: value };
}

/** The wanted object with the `leave` fields as they must be sent. `live` is absent for a creation: all are sent then. */
export function leaveFields(wanted: KubeObject, leave: string[], live: KubeObject | undefined): KubeObject {
  if (!live) return wanted;
  const entries = live.metadata.managedFields ?? [];
  return leave.reduce<KubeObject>((object, dotted) => {
    const path = dotted.split('.');
    const ours = entries.some(entry => entry.manager === MANAGED_BY_FLOTILLA && entry.operation === 'Apply' && owns(entry, path));
    const theirs = entries.some(entry => entry.manager !== MANAGED_BY_FLOTILLA && owns(entry, path));
    return withField(object, path, ours && !theirs ? at(live, path) : undefined) as KubeObject;
  }, wanted);
}
