import { formatRequirement, unmet, type Requirement } from '../../model/selectors';
import type { Bound, Change, Filter, Rejected } from '../types';
import { PASSED } from './passed';

/** The cluster's labels, as it has them within the fleet, must meet every selector. */
export const labels: Filter = {
  name: 'labels',
  check({ request, cluster }) {
    let rejections: Rejected[] | undefined;
    for (const { source, name, labelSelector } of request.bounds) {
      if (!labelSelector) continue;
      for (const requirement of unmet(labelSelector, cluster.labels)) {
        (rejections ??= []).push({ because: reason(requirement, cluster.labels[requirement.key], { source, name }), remedy: 'changeCluster' });
      }
    }
    return rejections ?? PASSED;
  },
  changes({ request, cluster }) {
    const changes = new Map<string, Change>();
    for (const { labelSelector } of request.bounds) {
      for (const requirement of labelSelector ? unmet(labelSelector, cluster.labels) : []) {
        const change = relabel(requirement, cluster.name);
        // A protected label is the cluster owner's statement of fact, nothing to be changed so that something fits.
        if (change && !cluster.protectedLabels?.includes(requirement.key)) changes.set(formatRequirement(requirement), change);
      }
    }
    return [...changes.values()];
  },
};

function reason(requirement: Requirement, actual: string | undefined, { source, name }: Pick<Bound, 'source' | 'name'>) {
  const values = { label: formatRequirement(requirement), source, name };
  if (actual === undefined) return { code: 'LabelAbsent', values };
  if (requirement.operator === 'In' || requirement.operator === 'Gt' || requirement.operator === 'Lt') return { code: 'LabelDiffers', values: { ...values, actual } };
  return { code: 'LabelForbidden', values: { ...values, actual } };
}

function relabel({ key, operator, values = [] }: Requirement, cluster: string): Change | undefined {
  const add = operator === 'In' || operator === 'Exists';
  if (!add && operator !== 'NotIn' && operator !== 'DoesNotExist') return undefined;
  const value = operator === 'In' ? values[0] : 'true';
  return {
    because: add ? { code: 'FixLabel', values: { cluster, label: `${key}=${value}` } } : { code: 'FixUnlabel', values: { cluster, label: key } },
    apply: context => {
      const { [key]: _gone, ...others } = context.cluster.labels;
      return { cluster: { ...context.cluster, labels: add ? { ...others, [key]: value } : others } };
    },
  };
}
