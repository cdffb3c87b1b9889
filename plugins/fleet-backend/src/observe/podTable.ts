/** The pods of one member, each cut down to what is counted, and what they ask of each node. */
import type { KubeObject } from '@flotilla/kube-api';
import { podRequests } from '../model/podRequests';
import type { Amounts } from '../model/quantities';
import { targetOf } from './ours';
import type { Sink } from './reflector';
import type { PodsOfTarget } from './types';

interface PodSeen {
  namespace: string;
  /** Absent while it is bound to none. */
  node?: string;
  requests: Amounts;
  /** Ended pods and those on their way out are no part of a target any more. */
  counts: boolean;
  ready: boolean;
  labels: Record<string, string>;
  trouble?: string;
  target: string;
}

const ended = (pod: KubeObject) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
const words = (reason?: string, message?: string) => [reason, message].filter(Boolean).join(': ').slice(0, 240);

/** Why a pod is not well, in the member's words. */
export function troubleOf(pod: KubeObject): string | undefined {
  const status = pod.status ?? {};
  if (status.phase === 'Failed') return words(status.reason ?? 'Failed', status.message);
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waiting = containers.map(each => each.state?.waiting).find(each => each && !['ContainerCreating', 'PodInitializing'].includes(each.reason));
  if (waiting) return words(waiting.reason, waiting.message);
  const unbound = (status.conditions ?? []).find((each: any) => each.type === 'PodScheduled' && each.status === 'False');
  return unbound ? words(unbound.reason, unbound.message) : undefined;
}

/** Equal requests share one object: most pods of a cluster ask for the same. */
class SharedAmounts {
  private readonly known = new Map<string, Amounts>();

  of(amounts: Amounts): Amounts {
    const key = JSON.stringify(amounts);
    const found = this.known.get(key);
    if (found) return found;
    if (this.known.size > 2_000) this.known.clear();
    this.known.set(key, amounts);
    return amounts;
  }
}

export class PodTable implements Sink {
  private readonly pods = new Map<string, PodSeen>();
  private readonly askedOf = new Map<string, Amounts>();
  private readonly shared = new SharedAmounts();
  private readonly stale = new Set<string>();

  constructor(
    private readonly targetOfPod: (namespace: string, labels: Record<string, string>) => string | undefined,
    private readonly onChange: () => void,
  ) {}

  seen(object: KubeObject): void {
    const uid = object.metadata.uid!;
    const known = this.pods.get(uid);
    if (known) this.take(known, -1);
    const pod = this.cut(object);
    this.pods.set(uid, pod);
    this.take(pod, 1);
    this.onChange();
  }

  gone(object: KubeObject): void {
    this.drop(object.metadata.uid!);
  }

  keepOnly(uids: ReadonlySet<string>): void {
    for (const uid of [...this.pods.keys()]) if (!uids.has(uid)) this.drop(uid);
    this.onChange();
  }

  /** Pods of this namespace may belong to other workloads than before; found out at the next count. */
  rematch(namespace: string): void {
    this.stale.add(namespace);
    this.onChange();
  }

  /** What the pods bound to this node ask. */
  asked(node: string): Readonly<Amounts> {
    return this.askedOf.get(node) ?? {};
  }

  /** Pods that hold room on a node. */
  bound(): number {
    let count = 0;
    for (const amounts of this.askedOf.values()) count += amounts.pods ?? 0;
    return count;
  }

  byTarget(): Record<string, PodsOfTarget> {
    const counts: Record<string, PodsOfTarget> = {};
    for (const pod of this.pods.values()) {
      if (this.stale.has(pod.namespace)) pod.target = this.targetOfPod(pod.namespace, pod.labels) ?? '';
      if (!pod.target || !(pod.counts || pod.trouble)) continue;
      const of = (counts[pod.target] ??= { bound: 0, pending: 0, ready: 0 });
      if (pod.counts && pod.node) of.bound++;
      if (pod.counts && !pod.node) of.pending++;
      if (pod.counts && pod.ready) of.ready++;
      if (pod.trouble) of.trouble ??= pod.trouble;
    }
    this.stale.clear();
    return counts;
  }

  private cut(object: KubeObject): PodSeen {
    const { namespace = '', labels = {}, deletionTimestamp } = object.metadata;
    const over = ended(object);
    return {
      namespace,
      node: object.spec?.nodeName || undefined,
      requests: over ? {} : this.shared.of(podRequests(object.spec ?? {}).requests),
      counts: !over && !deletionTimestamp,
      ready: (object.status?.conditions ?? []).some((each: any) => each.type === 'Ready' && each.status === 'True'),
      labels,
      trouble: deletionTimestamp ? undefined : troubleOf(object),
      target: this.targetOfPod(namespace, labels) ?? targetOf(object),
    };
  }

  private drop(uid: string) {
    const pod = this.pods.get(uid);
    if (!pod) return;
    this.take(pod, -1);
    this.pods.delete(uid);
    this.onChange();
  }

  /** Sums stay exact: all amounts are whole numbers. */
  private take(pod: PodSeen, times: 1 | -1) {
    if (!pod.node) return;
    const sum = this.askedOf.get(pod.node) ?? {};
    for (const [resource, amount] of Object.entries(pod.requests)) sum[resource] = (sum[resource] ?? 0) + times * amount;
    this.askedOf.set(pod.node, sum);
  }
}
