import type { KubeObject } from '@flotilla/kube-api';
import { DOWN } from '../pods/annotations';
import { conditionOf, isReady, rfc3339, write, writeStatus, type Hands } from './hands';
import type { Snapshot } from './snapshot';

/** So long a node may be silent before it is called unreachable. */
const GRACE_MS = 40_000;
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Whether the node's kubelet does nothing any more. */
export const isDown = ({ metadata }: KubeObject) => (metadata.annotations?.[DOWN] ?? 'false') !== 'false';

/** The node lifecycle controller: who is silent for too long is Unknown and tainted, and its pods are not ready. */
export class Nodes {
  /** By UID, since when a node was seen to be down. A restart of this process counts anew. */
  readonly #since = new Map<string, number>();

  constructor(private readonly hands: Hands) {}

  async look(world: Snapshot, node: KubeObject, wake: (at: number) => void): Promise<void> {
    const uid = node.metadata.uid!;
    if (!isDown(node)) {
      this.#since.delete(uid);
      await this.#recover(node);
      return;
    }
    const since = this.#since.get(uid) ?? this.hands.now();
    this.#since.set(uid, since);
    if (this.hands.now() < since + GRACE_MS) wake(since + GRACE_MS);
    else await this.#lose(world, node);
  }

  async #lose(world: Snapshot, node: KubeObject) {
    for (const pod of world.pods) if (pod.spec?.nodeName === node.metadata.name && isReady(pod)) await this.#markNotReady(pod);
    if (conditionOf(node, 'Ready')?.status !== 'Unknown') await this.#say(node, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.');
    else if (!hasTaint(node)) {
      const taints = ['NoSchedule', 'NoExecute'].map(effect => ({ key: UNREACHABLE, effect, timeAdded: rfc3339(this.hands.now()) }));
      await write(this.hands, node, { spec: { taints: [...(node.spec?.taints ?? []), ...taints] } });
    }
  }

  async #recover(node: KubeObject) {
    if (conditionOf(node, 'Ready')?.status === 'Unknown') await this.#say(node, 'True', 'KubeletReady', 'kubelet is posting ready status');
    else if (hasTaint(node)) await write(this.hands, node, { spec: { taints: node.spec.taints.filter((each: any) => each.key !== UNREACHABLE) } });
  }

  /** All of its conditions, as none of them is known any more. */
  async #say(node: KubeObject, status: 'Unknown' | 'True', reason: string, message: string) {
    const lastTransitionTime = rfc3339(this.hands.now());
    const conditions: any[] = node.status?.conditions?.length > 0 ? node.status.conditions : [{ type: 'Ready' }];
    const said = conditions.map(each => (status === 'Unknown' || each.type === 'Ready' ? { ...each, status, reason, message, lastTransitionTime } : { ...each, status: 'False' }));
    await writeStatus(this.hands, node, { conditions: said });
  }

  async #markNotReady(pod: KubeObject) {
    const conditions = pod.status.conditions.map((each: any) => (each.type === 'Ready' ? { ...each, status: 'False', lastTransitionTime: rfc3339(this.hands.now()) } : each));
    await writeStatus(this.hands, pod, { conditions });
  }
}

const hasTaint = ({ spec }: KubeObject): boolean => (spec?.taints ?? []).some((each: any) => each.key === UNREACHABLE);
