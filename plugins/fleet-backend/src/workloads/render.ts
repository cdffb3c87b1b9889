import { LABEL_HUB } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Target } from './types';

/**
 * The objects one cluster gets: copies of what the pods name first, the workload last.
 * @param replicas - this cluster's share; ignored for objects that are not divided
 * @param name - the workload's name there (a Job's later revisions have the hash behind theirs)
 */
export function renderFor(target: Target, replicas: number, hub: string, name = target.main.metadata.name!): KubeObject[] {
  const ours = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, [LABEL_HUB]: hub } },
  });
  const main = ours(target.main);
  main.metadata.name = name;
  if (target.divided) main.spec = { ...main.spec, replicas };
  return [...target.copies.map(ours), main];
}

/** Name of a Job: the component's, unless a Job of another revision had it already. */
export function jobName(target: Target, taken: { revision: string; name: string }[]): string {
  const own = taken.find(each => each.revision === target.revision);
  if (own) return own.name;
  return taken.length > 0 ? `${target.component}-${target.revision}` : target.component;
}
