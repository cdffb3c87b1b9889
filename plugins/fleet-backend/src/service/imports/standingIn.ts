import type { StandingView, StandingWorkload } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { API_VERSION_OF, podTemplateOf } from '../../model/componentObject';
import { groupOf } from '../../model/kinds';
import { whoseObject } from '../../model/whose';
import { hindranceOf, IMPORTED_KINDS } from '../../workloads/importing';
import { progressOf } from '../../workloads/progress';
import type { Look } from './Look';

/** So many are listed; a cluster with more is looked into by namespace. */
export const MOST_WORKLOADS = 5_000;
const LIMITS = { timeoutMs: 10_000 };
const MOST_IMAGES = 4;
const LONGEST_IMAGE = 256;

/** What is shown of one; the object itself is not kept. */
function shown(object: KubeObject, hub: string): StandingWorkload {
  const whose = whoseObject(object, hub);
  const { kind, metadata } = object;
  const progress = kind === 'CronJob' ? undefined : progressOf(object);
  const containers: { image?: unknown }[] = podTemplateOf(object)?.spec?.containers ?? [];
  const images = containers.slice(0, MOST_IMAGES).map(({ image }) => String(image ?? '').slice(0, LONGEST_IMAGE));
  const hindrance = hindranceOf(object, whose);
  return {
    kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '', whose, images,
    ...(progress ? { replicas: progress.wanted, ready: progress.ready } : {}),
    ...(hindrance ? { hindrance } : {}),
  };
}

const byPlace = (a: StandingWorkload, b: StandingWorkload) => {
  const [left, right] = [a, b].map(each => `${each.namespace}\0${each.name}\0${each.kind}`);
  return left < right ? -1 : Number(left > right);
};

/**
 * The workloads of a cluster that the person may see, with whose each is. What a controller makes by itself (a Job of a CronJob) is not
 * listed: its maker is.
 */
export async function standingIn(look: Look, hub: string): Promise<Pick<StandingView, 'workloads' | 'unseen' | 'more'>> {
  const workloads: StandingWorkload[] = [];
  const unseen: StandingView['unseen'] = [];
  let more = 0;
  const take = (object: KubeObject, resource: string) => {
    const { namespace, name } = object.metadata;
    if (!look.sees({ group: groupOf(object.apiVersion), resource, namespace, name })) return;
    const each = shown(object, hub);
    if (each.kind === 'Job' && each.whose.by === 'controller') return;
    if (workloads.length < MOST_WORKLOADS) workloads.push(each);
    else more += 1;
  };
  const lists = IMPORTED_KINDS.map(async kind => {
    const of = await look.connection.resourceOf(API_VERSION_OF[kind], kind, LIMITS);
    if (of.ok && !of.value) return;
    const found = of.ok ? await look.connection.list(of.value!, { managers: true, each: object => take(object, of.value!.resource) }, LIMITS) : of;
    if (!found.ok) unseen.push({ kind, because: found.because });
  });
  await Promise.all(lists);
  return { workloads: workloads.sort(byPlace), unseen, more };
}
