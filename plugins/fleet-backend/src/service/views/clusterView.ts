import { parseTargetKey, type ClusterRow, type ClusterView, type Decision, type Meter, type Reason, type RunningHere } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { parseAmount } from '../../model/quantities';
import type { ClusterSeen } from '../../observe/types';
import type { Work } from '../../store/types';
import { progressOf } from '../../workloads/progress';
import { isGpu } from './clusterRows';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The answer first: is it well, is there room. */
export function clusterSentence(row: ClusterRow, seen: ClusterSeen | undefined): { sentence: string; detail: string } {
  const runs = row.applications > 0 ? `${plural(row.applications, 'application')} of this hub ${row.applications === 1 ? 'runs' : 'run'} here` : 'Nothing of this hub runs here';
  if (row.state !== 'Healthy' && row.state !== 'Degraded') {
    const owed = row.debt > 0 ? ` ${plural(row.debt, 'change')} wait to be sent.` : '';
    return { sentence: `${HEAD[row.state] ?? 'Not well'}: ${row.because}.`, detail: `${runs}; what is shown is what was last seen.${owed}` };
  }
  const gpu = row.gpu && row.gpu.total - row.gpu.asked;
  const cpu = row.cpu && Math.floor((row.cpu.total - row.cpu.asked) / 1000);
  const room = [cpu === undefined ? undefined : `${cpu} CPU cores`, gpu === undefined ? undefined : `${gpu} of ${row.gpu!.total} GPUs`].filter(Boolean).join(' and ');
  const word = row.state === 'Healthy' ? 'Works' : `Works, but ${row.because}`;
  return { sentence: room ? `${word}; ${room} are free.` : `${word}.`, detail: `${runs}${seen?.room ? `, on ${plural(seen.room.nodes, 'node')} with ${plural(seen.room.pods, 'pod')} in all` : ''}.` };
}

const HEAD: Partial<Record<ClusterRow['state'], string>> = {
  Unreachable: 'Does not answer',
  SignInNeeded: 'Needs a new sign-in',
  NoPermission: 'May not be read',
  Held: 'Held',
  Joining: 'Joining',
  NotSeen: 'Not seen yet',
};

/** What of ours runs here, and why here, from the decision that put it here. */
export function runningHere(cluster: string, works: readonly Work[], live: ReadonlyMap<string, KubeObject>, decisions: ReadonlyMap<string, Decision>, pods: ClusterSeen['pods']): RunningHere[] {
  return works
    .filter(work => WORKLOADS.has(work.kind))
    .map(work => {
      const name = parseTargetKey(work.target);
      const object = live.get(`${work.apiVersion}/${work.kind}/${work.namespace}/${work.name}`);
      const progress = object && progressOf(object);
      const decision = decisions.get(work.target);
      const verdict = decision?.verdicts.find(each => each.cluster === cluster);
      return {
        ...(name?.kind === 'Application' ? { application: { namespace: name.namespace, name: name.name } } : {}),
        component: name?.component ?? work.name,
        kind: work.kind,
        replicas: progress?.wanted ?? verdict?.replicas ?? 0,
        ready: progress?.ready ?? 0,
        standing: standing(work, decision, cluster),
        because: decision?.sentence ?? { code: 'NothingDecided', values: {} },
        revision: work.revision,
        trouble: work.error || progress?.trouble || pods[work.target]?.trouble,
      };
    });
}

function standing(work: Work, decision: Decision | undefined, cluster: string): Reason {
  if (work.state === 'orphaned') return { code: 'StandingOrphaned', values: {} };
  if (work.state === 'completed') return { code: 'StandingCompleted', values: {} };
  const fitting = (decision?.verdicts ?? []).filter(verdict => verdict.outcome !== 'rejected').sort((a, b) => b.total - a.total);
  const rank = fitting.findIndex(verdict => verdict.cluster === cluster) + 1;
  return rank > 0 ? { code: 'StandingRank', values: { rank, of: fitting.length } } : { code: 'StandingStays', values: {} };
}

function nodeMeter(allocatable: Record<string, number>, free: Record<string, number>, pick: (resource: string) => boolean): Meter | undefined {
  const names = Object.keys(allocatable).filter(pick);
  const total = names.reduce((sum, name) => sum + allocatable[name], 0);
  if (total === 0) return undefined;
  return { asked: total - names.reduce((sum, name) => sum + (free[name] ?? 0), 0), total };
}

const ZONE = 'topology.kubernetes.io/zone';

export function nodeLines(seen: ClusterSeen | undefined): ClusterView['nodes'] {
  return (seen?.nodes?.value ?? []).map(node => ({
    name: node.name,
    ready: node.ready && !node.unschedulable,
    zone: node.labels[ZONE] ?? '',
    cpu: nodeMeter(node.allocatable, node.free, name => name === 'cpu') ?? { asked: 0, total: 0 },
    memory: nodeMeter(node.allocatable, node.free, name => name === 'memory') ?? { asked: 0, total: 0 },
    gpu: nodeMeter(node.allocatable, node.free, isGpu),
    taints: node.taints.map(taint => `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`),
  }));
}

const UNITS: [string, string][] = [
  ['perNodeHour', 'node'],
  ['perCpuHour', 'CPU'],
  ['perGiBHour', 'GiB'],
  ['perGpuHour', 'GPU'],
];

/** `0.22 a CPU, 20.44 a GPU, CNY/h`; '' when no price is declared. */
function pricesSaid(spec: any): string {
  const said = UNITS.filter(([key]) => spec.prices?.[key] !== undefined).map(([key, unit]) => `${spec.prices[key]} a ${unit}`);
  if (said.length > 0) return `${said.join(', ')}, ${spec.prices.currency}/h`;
  return spec.nodeGroups?.some((group: any) => group.price !== undefined) ? 'by node group' : '';
}

/** Every fact the decisions rest on, with its age and where it comes from. */
export function factLines(cluster: KubeObject, seen: ClusterSeen | undefined): ClusterView['facts'] {
  const spec = cluster.spec ?? {};
  const price = pricesSaid(spec);
  const latency = seen?.reachable.latencyMs;
  const facts: ClusterView['facts'] = [
    { what: 'Capacity and pods', seenAt: seen?.room?.seenAt, source: 'watch of nodes and pods', value: seen?.room ? plural(seen.room.nodes, 'node') : '' },
    { what: 'APIs served', seenAt: seen?.apis?.seenAt, source: 'discovery', value: seen?.apis ? plural(seen.apis.value.length, 'kind') : '' },
    { what: 'Latency of its API', seenAt: latency === undefined ? undefined : seen!.reachable.lastAnswerAt, source: 'probe', value: latency === undefined ? '' : `${Math.round(latency)} ms` },
    { what: 'Price', source: price ? 'declared, Cluster' : 'not known', value: price },
    { what: 'Residency', source: 'declared, Cluster', value: cluster.metadata.labels?.['fleet.kurator.dev/jurisdiction'] ?? '' },
  ];
  return facts;
}

/** An amount as people say it: 31.5 CPU, 252 GiB, 4 GPU. */
function spoken(resource: string, quantity: unknown): string {
  const parsed = parseAmount(resource, quantity);
  if (!parsed.ok) return `${quantity} ${resource}`;
  if (resource === 'cpu') return `${parsed.value / 1000} CPU`;
  if (resource === 'memory') return `${Math.round(parsed.value / 2 ** 30)} GiB`;
  return `${parsed.value} ${isGpu(resource) ? 'GPU' : resource}`;
}

export const nodeGroupLines = (cluster: KubeObject): ClusterView['nodeGroups'] =>
  (cluster.spec?.nodeGroups ?? []).map((group: any) => ({
    shape: Object.entries(group.shape ?? {})
      .filter(([resource]) => resource !== 'pods')
      .map(([resource, quantity]) => spoken(resource, quantity))
      .join(', '),
    min: group.min,
    max: group.max,
    price: group.price === undefined ? undefined : `${cluster.spec.prices?.currency ?? 'CNY'} ${group.price.toFixed(2)}/h`,
  }));

export const debtLines = (works: readonly Work[]): ClusterView['debts'] =>
  works
    .filter(work => work.state === 'removing' || (work.state === 'wanted' && work.appliedHash !== work.wantedHash))
    .map(work => ({ object: `${work.kind} ${work.namespace}/${work.name}`, what: work.state === 'removing' ? 'to be removed' : work.memberUid ? 'to be changed' : 'to be made', since: work.since }));

