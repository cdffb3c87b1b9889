import type { KubeObject } from '@flotilla/kube-api';
import { warn } from './events';
import { isGoing, isOver, isReady, remove, some, writeStatus, type Hands } from './hands';
import { belongsOn } from './nodeFit';
import { isAvailable, makePod } from './pods';
import { REFUSED_MS } from './replicaSets';
import { forgetRevisions, keepRevision, REVISION_HASH } from './revisions';
import type { Snapshot } from './snapshot';

/** What its pods put up with on a node, whatever they say themselves. */
const TOLERATED = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map(name => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoSchedule' })),
];

/** A pod of a DaemonSet says by affinity which node it is for; the scheduler puts it there. */
const nodeOf = ({ spec }: KubeObject): string | undefined =>
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0] ?? spec.nodeName;

function podSpecFor(template: any, node: string) {
  const { affinity = {}, tolerations = [] } = template.spec;
  const required = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeSelectorTerms = (required?.nodeSelectorTerms ?? [{}]).map((term: object) => ({ ...term, matchFields }));
  return {
    affinity: { ...affinity, nodeAffinity: { ...affinity.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    tolerations: [...tolerations, ...TOLERATED],
  };
}

interface Placed {
  node: KubeObject;
  /** Whether it belongs here. */
  wanted: boolean;
  pods: KubeObject[];
}

/** A DaemonSet: one pod on every node where its pods may be; renewed on as many nodes at once as may be without. */
export async function reconcileDaemonSet(hands: Hands, world: Snapshot, set: KubeObject, wake: (at: number) => void): Promise<void> {
  const { spec } = set;
  const revisions = await keepRevision(hands, world, set);
  const hash = revisions.update.slice(set.metadata.name!.length + 1);
  const own = world.podsOf(set);
  const wish: KubeObject = { ...set, spec: { ...spec.template.spec, tolerations: [...(spec.template.spec.tolerations ?? []), ...TOLERATED] } };
  const places = world.nodes.map((node): Placed => {
    const pods = own.filter(pod => nodeOf(pod) === node.metadata.name);
    return { node, pods, wanted: belongsOn(wish, node, pods.length > 0) };
  });
  for (const { pods } of places) for (const pod of pods) if (isOver(pod) && !isGoing(pod)) await remove(hands, pod);
  for (const { pods, wanted } of places) for (const pod of pods.filter(each => !isGoing(each)).slice(wanted ? 1 : 0)) await remove(hands, pod);
  for (const { node, pods, wanted } of places) {
    if (!wanted || pods.length > 0) continue;
    const labels = { [REVISION_HASH]: hash, 'pod-template-generation': String(set.metadata.generation) };
    const refusal = await makePod(hands, set, spec.template, { labels, spec: podSpecFor(spec.template, node.metadata.name!) });
    if (!refusal) continue;
    wake(hands.now() + REFUSED_MS);
    await warn(hands, set, 'FailedCreate', `Error creating: ${refusal}`, 'daemonset-controller');
    break;
  }
  const available = (pod: KubeObject) => isAvailable(hands, pod, spec.minReadySeconds, wake);
  if (spec.updateStrategy?.type !== 'OnDelete') await renew(hands, spec, places, hash, available);
  await writeDaemonStatus(hands, set, places, hash, available);
  await forgetRevisions(hands, set, revisions, new Set([revisions.update, ...own.map(pod => `${set.metadata.name}-${pod.metadata.labels?.[REVISION_HASH]}`)]));
}

/** Ends old pods: those that are not available anyway, and of the others as many as may be missing at once. */
async function renew(hands: Hands, spec: any, places: readonly Placed[], hash: string, available: (pod: KubeObject) => boolean) {
  const wanted = places.filter(each => each.wanted);
  const { maxUnavailable = 1 } = spec.updateStrategy?.rollingUpdate ?? {};
  const most = typeof maxUnavailable === 'number' ? maxUnavailable : Math.ceil((wanted.length * Number.parseInt(maxUnavailable, 10)) / 100);
  const living = wanted.flatMap(each => each.pods.filter(pod => !isGoing(pod)).slice(0, 1));
  const old = living.filter(pod => pod.metadata.labels?.[REVISION_HASH] !== hash);
  const spare = most - (wanted.length - living.filter(available).length);
  for (const pod of old.filter(each => !available(each))) await remove(hands, pod);
  for (const pod of old.filter(available).slice(0, Math.max(0, spare))) await remove(hands, pod);
}

async function writeDaemonStatus(hands: Hands, set: KubeObject, places: readonly Placed[], hash: string, available: (pod: KubeObject) => boolean) {
  const wanted = places.filter(each => each.wanted);
  const pods = wanted.flatMap(each => each.pods.filter(pod => !isGoing(pod)).slice(0, 1));
  const numberAvailable = pods.filter(available).length;
  await writeStatus(hands, set, {
    observedGeneration: set.metadata.generation,
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: pods.length,
    numberMisscheduled: places.filter(each => !each.wanted && each.pods.length > 0).length,
    numberReady: pods.filter(isReady).length,
    updatedNumberScheduled: some(pods.filter(pod => pod.metadata.labels?.[REVISION_HASH] === hash).length),
    numberAvailable: some(numberAvailable),
    numberUnavailable: some(wanted.length - numberAvailable),
  });
}
