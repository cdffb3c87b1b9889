/** The nodes of one member, cut down to what placing needs. */
import type { KubeObject } from '@flotilla/kube-api';
import { addAmounts, type Amounts, parseAmounts } from '../model/quantities';
import type { Sink } from './reflector';
import type { ClusterSeen, NodeSeen } from './types';

type Node = Omit<NodeSeen, 'free'>;

function cut(object: KubeObject): Node {
  const taints = (object.spec?.taints ?? []) as NodeSeen['taints'];
  return {
    name: object.metadata.name ?? '',
    labels: object.metadata.labels ?? {},
    taints: taints.map(({ key, value, effect }) => ({ key, ...(value ? { value } : {}), effect })),
    ready: (object.status?.conditions ?? []).some((each: any) => each.type === 'Ready' && each.status === 'True'),
    unschedulable: object.spec?.unschedulable === true,
    allocatable: parseAmounts(object.status?.allocatable).amounts,
  };
}

/** What is left of a node; never below zero, whatever the member claims. */
function left(allocatable: Amounts, asked: Readonly<Amounts>): Amounts {
  return Object.fromEntries(Object.entries(allocatable).map(([resource, amount]) => [resource, Math.max(0, amount - (asked[resource] ?? 0))]));
}

export class NodeTable implements Sink {
  private readonly nodes = new Map<string, Node>();

  constructor(private readonly onChange: () => void) {}

  seen(object: KubeObject): void {
    const uid = object.metadata.uid!;
    const node = cut(object);
    // Heartbeats change nothing that counts.
    if (JSON.stringify(node) === JSON.stringify(this.nodes.get(uid))) return;
    this.nodes.set(uid, node);
    this.onChange();
  }

  gone(object: KubeObject): void {
    if (this.nodes.delete(object.metadata.uid!)) this.onChange();
  }

  keepOnly(uids: ReadonlySet<string>): void {
    for (const uid of [...this.nodes.keys()]) if (!uids.has(uid)) this.nodes.delete(uid);
    this.onChange();
  }

  /** The nodes with what is free on each, by name, and their sums. */
  summary(asked: (node: string) => Readonly<Amounts>): { nodes: NodeSeen[]; room: Omit<NonNullable<ClusterSeen['room']>, 'pods' | 'seenAt'> } {
    const nodes = [...this.nodes.values()]
      .map(node => ({ ...node, free: left(node.allocatable, asked(node.name)) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const sum = (amounts: Readonly<Amounts>[]) => amounts.reduce<Amounts>((total, each) => addAmounts(total, each), {});
    return {
      nodes,
      room: {
        allocatable: sum(nodes.map(node => node.allocatable)),
        asked: sum(nodes.map(node => asked(node.name))),
        nodes: nodes.length,
        readyNodes: nodes.filter(node => node.ready).length,
      },
    };
  }
}
