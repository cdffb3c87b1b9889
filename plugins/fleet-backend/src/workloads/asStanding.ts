import { LABEL_APPLICATION, LABEL_COMPONENT, LABEL_MANAGED_BY, LABEL_REVISION, LABEL_TRACK } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { podTemplateOf } from '../model/componentObject';

/** Our marks on pods. On pods of what was there before us they would be a change of the template, and a restart. */
const POD_MARKS = [LABEL_MANAGED_BY, LABEL_APPLICATION, LABEL_COMPONENT, LABEL_REVISION, LABEL_TRACK];

type Labels = Record<string, string>;

const labelsOf = (object: KubeObject): Labels => podTemplateOf(object)?.metadata?.labels ?? {};

/** Of our marks what the pods there have, which mostly is nothing; all other labels as they are wanted. */
function podLabels(wanted: Labels, live: Labels): Labels {
  const others = Object.entries(wanted).filter(([key]) => !POD_MARKS.includes(key));
  const theirs = Object.entries(live).filter(([key]) => POD_MARKS.includes(key));
  return Object.fromEntries([...others, ...theirs]);
}

/** A copy with these labels on its pods; without the field where there are none. */
function withPodLabels(object: KubeObject, labels: Labels): KubeObject {
  const copy = structuredClone(object);
  const template = podTemplateOf(copy);
  const { labels: _before, ...metadata } = template.metadata ?? {};
  if (Object.keys(labels).length > 0) metadata.labels = labels;
  if (Object.keys(metadata).length > 0) template.metadata = metadata;
  else delete template.metadata;
  return copy;
}

/**
 * What is wanted, as it is to be written onto the workload that stands there. One that we made has our track on its pods. One that
 * was there before us has not: it keeps its selector, which cannot change, and its pods, which our marks would restart; and so has no
 * canary until it is made anew. What makes no pods is written as it is wanted.
 */
export function asStanding(wanted: KubeObject, live: KubeObject | undefined): KubeObject {
  if (!live || !podTemplateOf(wanted) || !podTemplateOf(live) || labelsOf(live)[LABEL_TRACK] !== undefined || labelsOf(wanted)[LABEL_TRACK] === undefined) return wanted;
  const kept = withPodLabels(wanted, podLabels(labelsOf(wanted), labelsOf(live)));
  // A Job's selector is its controller's, and is not among what we want.
  if (wanted.spec?.selector !== undefined) kept.spec.selector = structuredClone(live.spec?.selector);
  return kept;
}
