/**
 * Carries out many writes in many clusters: clusters side by side, inside one a few at a time and in the order in which
 * things need each other. What a cluster does or does not do is a result; it never holds up or fails another one.
 */
import type { ClusterConnection } from '../clusters/types';
import { applyObject } from './applyObject';
import { type Removal, removeObject } from './removeObject';
import type { Trace } from './trace';
import type { ApplyOrder, ApplyResult, RemoveResult } from './types';

export type Task = { do: 'apply'; order: ApplyOrder } | { do: 'remove'; removal: Removal; hub: string };
export type TaskResult = ApplyResult | RemoveResult;

/** One cluster's tasks. Without a connection each ends as `failed`. */
export interface Batch {
  cluster: string;
  connection: ClusterConnection | undefined;
  tasks: Task[];
}

export interface DispatchOptions {
  trace?: Trace;
  /** Writes at once in one cluster; default 4. */
  perCluster?: number;
  /** Told of each result as it comes, so that it can be saved at once. */
  onResult?: (cluster: string, task: Task, result: TaskResult) => void | Promise<void>;
}

const ORDER = [
  'Namespace', 'CustomResourceDefinition', 'PriorityClass', 'StorageClass', 'ResourceQuota', 'LimitRange', 'ServiceAccount', 'Secret',
  'ConfigMap', 'PersistentVolumeClaim', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'Service',
];

/** Things others need come first when made and last when removed; removals come before creations, to make room. */
function rank(task: Task): number {
  const found = ORDER.indexOf(task.do === 'apply' ? task.order.object.kind : task.removal.kind);
  const place = found < 0 ? ORDER.length : found;
  return task.do === 'remove' ? -place - 1 : place;
}

/** Tasks of one rank at once, `limit` at a time; the next rank when all of them ended. */
async function inRanks(tasks: Task[], limit: number, each: (task: Task) => Promise<void>): Promise<void> {
  const ranks = [...new Set(tasks.map(rank))].sort((a, b) => a - b);
  for (const now of ranks) {
    const waiting = tasks.filter(task => rank(task) === now);
    const worker = async () => {
      for (let task = waiting.shift(); task; task = waiting.shift()) await each(task);
    };
    await Promise.all(Array.from({ length: Math.min(limit, waiting.length) }, worker));
  }
}

/** Results by task. Rejects only when `onResult` or `trace` does, and then after every other cluster is through. */
export async function dispatchWork(batches: Batch[], options: DispatchOptions = {}): Promise<Map<Task, TaskResult>> {
  const results = new Map<Task, TaskResult>();
  const run = async (connection: ClusterConnection | undefined, task: Task): Promise<TaskResult> => {
    if (!connection) return { did: 'failed', because: 'there is no connection to this cluster' };
    if (task.do === 'apply') return applyObject(connection, task.order, options.trace);
    return removeObject(connection, task.removal, task.hub, options.trace);
  };
  const oneCluster = ({ cluster, connection, tasks }: Batch) =>
    inRanks(tasks, options.perCluster ?? 4, async task => {
      const result = await run(connection, task);
      results.set(task, result);
      await options.onResult?.(cluster, task, result);
    });
  const ended = await Promise.allSettled(batches.map(oneCluster));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return results;
}
