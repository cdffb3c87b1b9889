import type { KubeObject } from '@flotilla/kube-api';
import { isGoing, isOver, remove, rfc3339, writeStatus, type Hands } from './hands';
import { tolerationOf, type Taint } from './nodeFit';
import type { Snapshot } from './snapshot';

/** The taint eviction controller: deletes a pod whose node has a NoExecute taint that it does not tolerate, or not any longer. */
export class Evictions {
  /** By UID of the pod, since when its node has a taint that does not say so itself. A restart of this process counts anew. */
  readonly #since = new Map<string, number>();

  constructor(private readonly hands: Hands) {}

  /** @returns whether the pod was deleted */
  async look(world: Snapshot, pod: KubeObject, wake: (at: number) => void): Promise<boolean> {
    const node = world.node(pod.spec?.nodeName);
    if (!node || isGoing(pod) || isOver(pod)) return false;
    const at = this.#leaveAt(pod, node);
    if (at > this.hands.now()) {
      if (at < Infinity) wake(at);
      return false;
    }
    const lastTransitionTime = rfc3339(this.hands.now());
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastTransitionTime };
    await writeStatus(this.hands, pod, { conditions: [...(pod.status?.conditions ?? []), condition] });
    await remove(this.hands, pod);
    return true;
  }

  forget(uid: string): void {
    this.#since.delete(uid);
  }

  /** When a pod has to leave its node, in ms; Infinity when it tolerates all taints for ever. */
  #leaveAt({ spec, metadata }: KubeObject, node: KubeObject): number {
    const taints: (Taint & { timeAdded?: string })[] = (node.spec?.taints ?? []).filter((each: Taint) => each.effect === 'NoExecute');
    if (taints.length === 0) this.#since.delete(metadata.uid!);
    const since = this.#since.get(metadata.uid!) ?? this.hands.now();
    const times = taints.map(taint => {
      const tolerations = tolerationOf(spec.tolerations, taint);
      if (tolerations.length === 0) return this.hands.now();
      if (!taint.timeAdded) this.#since.set(metadata.uid!, since);
      const seconds = Math.min(...tolerations.map(each => each.tolerationSeconds ?? Infinity));
      return (taint.timeAdded ? Date.parse(taint.timeAdded) : since) + Math.max(0, seconds) * 1000;
    });
    return Math.min(Infinity, ...times);
  }
}
