/** Whose an object in a member is. */
import { LABEL_HUB, LABEL_MANAGED_BY, MANAGED_BY_FLOTILLA } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';

export const hubOf = (object: KubeObject): string | undefined => object.metadata.labels?.[LABEL_HUB];

/** Whether the object carries this hub's label. */
export const isOurs = (object: KubeObject, hub: string): boolean => hubOf(object) === hub;

/** The object with the labels by which we know it again. */
export function marked(object: KubeObject, hub: string): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [LABEL_MANAGED_BY]: MANAGED_BY_FLOTILLA, [LABEL_HUB]: hub } } };
}

/** Who seems to own an object that is not ours, in words: its hub, its tool, or the managers of its fields. */
export function ownerOf(object: KubeObject): string {
  const hub = hubOf(object);
  if (hub) return `hub ${hub}`;
  const release = object.metadata.annotations?.['meta.helm.sh/release-name'];
  if (release) return `Helm release ${release}`;
  const tool = object.metadata.labels?.[LABEL_MANAGED_BY];
  if (tool) return tool;
  const managers = new Set((object.metadata.managedFields ?? []).filter(entry => !entry.subresource).map(entry => entry.manager));
  return managers.size ? [...managers].sort().join(', ') : 'somebody else';
}
