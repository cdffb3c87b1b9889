import { equal } from '../schema/equal';
import type { KubeObject, ManagedFieldsEntry, ResourceInfo } from '../types';

/** Who writes, when, and through which subresource. */
export interface Writer {
  manager: string;
  time: string;
  subresource?: string;
}

/** Settles `metadata.managedFields` of `next`, in place, after an Update by this writer. */
export function trackUpdate(_info: ResourceInfo, live: KubeObject | undefined, next: KubeObject, _by: Writer): void {
  if (live?.metadata.managedFields) next.metadata.managedFields = live.metadata.managedFields;
}

const withoutTimes = (entries: ManagedFieldsEntry[] = []) => entries.map(({ time: _time, ...entry }) => entry);

/** Whether nothing changed but times in managedFields; then there is nothing to write. */
export function sameBut(live: KubeObject, next: KubeObject): boolean {
  const { managedFields: before, ...left } = live.metadata;
  const { managedFields: after, ...right } = next.metadata;
  return (
    equal({ ...live, metadata: left }, { ...next, metadata: right }) &&
    (before === after || equal(withoutTimes(before), withoutTimes(after)))
  );
}
