import type { KubeObject } from '@flotilla/kube-api';
import { numberOf } from '../quantity';
import { isGoing, isOver, rfc3339, write, writeStatus, type Hands } from './hands';
import { objections, requestsOf, type Amounts } from './nodeFit';
import type { Snapshot } from './snapshot';

/** What is free on each node, by name. */
function freeRoom({ nodes, pods }: Snapshot): Map<string, Amounts> {
  const free = new Map(nodes.map(node => [node.metadata.name!, new Map(Object.entries(node.status?.allocatable ?? {}).map(([resource, quantity]) => [resource, numberOf(quantity)]))]));
  for (const pod of pods) if (pod.spec?.nodeName && !isOver(pod)) take(free.get(pod.spec.nodeName), requestsOf(pod));
  return free;
}

const take = (room: Amounts | undefined, requests: Amounts) => requests.forEach((amount, resource) => room?.set(resource, (room.get(resource) ?? 0) - amount));

/** kube-scheduler in small: a pod goes to the fitting node with the most free CPU (LeastAllocated). */
export async function schedulePods(hands: Hands, world: Snapshot): Promise<void> {
  const waiting = world.pods.filter(each => !each.spec?.nodeName && !isGoing(each) && !isOver(each));
  if (waiting.length === 0) return;
  const free = freeRoom(world);
  const cpu = (node: KubeObject) => free.get(node.metadata.name!)!.get('cpu') ?? 0;
  for (const pod of waiting) {
    const requests = requestsOf(pod);
    const judged = world.nodes.map(node => ({ node, against: objections(pod, requests, node, free.get(node.metadata.name!)!) }));
    const fitting = judged.filter(each => each.against.length === 0).map(each => each.node);
    const best = fitting.reduce<KubeObject | undefined>((most, node) => (most && cpu(most) >= cpu(node) ? most : node), undefined);
    if (best) {
      take(free.get(best.metadata.name!), requests);
      await write(hands, pod, { spec: { nodeName: best.metadata.name } });
    } else {
      await sayUnschedulable(hands, pod, judged.map(each => each.against));
    }
  }
}

async function sayUnschedulable(hands: Hands, pod: KubeObject, against: string[][]) {
  const counts = new Map<string, number>();
  for (const reason of against.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const message = against.length === 0 ? 'no nodes available to schedule pods' : `0/${against.length} nodes are available: ${reasons.join(', ')}.`;
  const lastTransitionTime = pod.status?.conditions?.[0]?.lastTransitionTime ?? rfc3339(hands.now());
  await writeStatus(hands, pod, { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime }] });
}
