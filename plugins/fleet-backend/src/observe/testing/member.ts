/** Nodes, pods and workloads as a member holds them, and a store of facts in memory. */
import type { KubeObject } from '@flotilla/kube-api';
import type { MemberResource } from '../../clusters/types';
import type { FactStore } from '../../store/types';

export const HUB = 'hub-1';
export const DEPLOYMENTS: MemberResource = { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
export const JOBS: MemberResource = { apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs', namespaced: true };
export const SERVED: readonly MemberResource[] = [DEPLOYMENTS, JOBS, { apiVersion: 'v1', kind: 'Pod', resource: 'pods', namespaced: true }];
export const TARGET = 'Application/shop/web/api';

export class MemoryFacts implements FactStore {
  readonly kept = new Map<string, { facts: unknown; seenAt: number }>();
  saves = 0;
  load = async () => [...this.kept].map(([cluster, each]) => ({ cluster, ...each }));
  save = async (cluster: string, facts: unknown, seenAt: number) => {
    this.saves++;
    this.kept.set(cluster, { facts: JSON.parse(JSON.stringify(facts)), seenAt });
  };
  remove = async (cluster: string) => {
    this.kept.delete(cluster);
  };
}

export const node = (name: string, cpu = '4', more: object = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { zone: 'a' } }, spec: {},
  status: { allocatable: { cpu, memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }], ...more },
});

export const pod = (name: string, more: { node?: string; phase?: string; cpu?: string; labels?: Record<string, string>; ready?: boolean; status?: object; deleted?: boolean } = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: more.labels ?? { app: 'web' }, ...(more.deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  spec: { nodeName: more.node, containers: [{ name: 'c', resources: { requests: { cpu: more.cpu ?? '500m', memory: '1Gi' } } }] },
  status: { phase: more.phase ?? 'Running', conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }], ...more.status },
});

export const workload = (kind: 'Deployment' | 'Job', name = 'web', more: { metadata?: object; spec?: object } = {}): KubeObject => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind,
  metadata: {
    name, namespace: 'shop', annotations: { 'fleet.kurator.dev/target': TARGET },
    labels: { 'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/hub': HUB }, ...more.metadata,
  },
  spec: { selector: { matchLabels: { app: name } }, template: {}, ...more.spec },
});
