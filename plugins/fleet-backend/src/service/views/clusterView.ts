import { parseTargetKey, type ClusterRow, type ClusterState, type ClusterView, type Decision, type Meter, type Reason, type RunningHere, type SignInView } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { parseAmount } from '../../model/quantities';
import type { ClusterSeen } from '../../observe/types';
import type { Work } from '../../store/types';
import { progressOf } from '../../workloads/progress';
import { isGpu, owed } from './clusterRows';
import { troubleReason } from './told';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** Where it is the portal that cannot look, nothing says that the cluster is down. */
const UNSEEN: Partial<Record<ClusterState, string>> = { NoPermission: 'ClusterPartlySeen', SignInNeeded: 'ClusterCannotSee', Held: 'ClusterCannotSee' };

/** The answer first: is it well, is there room. */
export function clusterSentence(row: ClusterRow, seen: ClusterSeen | undefined): { sentence: Reason; detail: Reason } {
  const all = seen?.room && { nodes: seen.room.nodes, pods: seen.room.pods };
  const because = { because: row.because.code, ...row.because.values };
  if (row.state !== 'Healthy' && row.state !== 'Degraded') {
    const debt: Reason['values'] = row.debt > 0 ? { debt: row.debt } : {};
    return { sentence: { code: 'ClusterNotWell', values: { ...because, state: `state.${row.state}` } }, detail: { code: UNSEEN[row.state] ?? 'ClusterLastSeen', values: { applications: row.applications, ...debt } } };
  }
  const spare = spareRoom(row);
  const well = row.state === 'Healthy' ? 'ClusterWorks' : 'ClusterWorksBut';
  const values = { ...(row.state === 'Degraded' && because), ...spare };
  return {
    sentence: { code: spare ? `${well}Room` : well, values },
    detail: row.applications > 0 ? { code: 'ClusterRuns', values: { applications: row.applications, ...all } } : { code: 'ClusterRunsNothing', values: { ...all } },
  };
}

/** The values of `SpareRoom`, for a sentence that says it; undefined while the room is not known. */
function spareRoom({ cpu, gpu }: ClusterRow): Reason['values'] | undefined {
  if (!cpu) return undefined;
  return { spare: 'SpareRoom', cores: Math.floor((cpu.total - cpu.asked) / 1000), ...(gpu && { gpus: gpu.total - gpu.asked, allGpus: gpu.total }) };
}

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
        trouble: troubleReason(work.error || progress?.trouble || pods[work.target]?.trouble),
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

/** Prices as they are declared; undefined when none is. */
function pricesSaid(spec: any): Reason | undefined {
  const { currency, perNodeHour: node, perCpuHour: cpu, perGiBHour: gib, perGpuHour: gpu } = spec.prices ?? {};
  const known = Object.entries({ node, cpu, gib, gpu }).filter(([, price]) => price !== undefined);
  if (known.length > 0) return { code: 'ValuePrices', values: { currency: currency ?? '', ...Object.fromEntries(known) } };
  return spec.nodeGroups?.some((group: any) => group.price !== undefined) ? { code: 'ValueByGroup', values: {} } : undefined;
}

const say = (code: string, values: Reason['values'] = {}): Reason => ({ code, values });

const STANDINGS: readonly [string, SignInView['standing']][] = [['CredentialsEnded', 'Ended'], ['CredentialsEnd', 'Ends'], ['TokenNotRenewed', 'NotRenewed']];

/** How it is signed in to, as the engine wrote it down: any process of the portal can say it. */
export function signInOf({ status }: KubeObject): SignInView | undefined {
  const { kind, expiresAt, renewsAt } = status?.credentials ?? {};
  if (!kind) return undefined;
  const found = new Set((status?.findings ?? []).map((each: any) => each.code));
  const time = (text: unknown) => (typeof text === 'string' ? Date.parse(text) : undefined);
  return { kind, standing: STANDINGS.find(([code]) => found.has(code))?.[1] ?? 'Good', expiresAt: time(expiresAt), renewsAt: time(renewsAt) };
}

/** Every fact the decisions rest on, with its age and where it comes from. */
export function factLines(cluster: KubeObject, seen: ClusterSeen | undefined): ClusterView['facts'] {
  const price = pricesSaid(cluster.spec ?? {});
  const latency = seen?.reachable.latencyMs;
  const jurisdiction = cluster.metadata.labels?.['fleet.kurator.dev/jurisdiction'];
  return [
    { what: say('FactCapacity'), seenAt: seen?.room?.seenAt, source: say('SourceWatch'), value: seen?.room && say('ValueNodes', { nodes: seen.room.nodes }) },
    { what: say('FactApis'), seenAt: seen?.apis?.seenAt, source: say('SourceDiscovery'), value: seen?.apis && say('ValueKinds', { kinds: seen.apis.value.length }) },
    { what: say('FactLatency'), seenAt: latency === undefined ? undefined : seen!.reachable.lastAnswerAt, source: say('SourceProbe'), value: latency === undefined ? undefined : say('ValueMs', { ms: Math.round(latency) }) },
    { what: say('FactPrice'), source: say(price ? 'SourceDeclared' : 'SourceUnknown'), value: price },
    { what: say('FactResidency'), source: say(jurisdiction ? 'SourceDeclared' : 'SourceUnknown'), value: jurisdiction === undefined ? undefined : say('ValuePlain', { value: jurisdiction }) },
  ];
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
  works.filter(owed).map(work => ({
    object: `${work.kind} ${work.namespace}/${work.name}`,
    what: say(work.state === 'removing' ? 'DebtRemove' : work.memberUid ? 'DebtChange' : 'DebtMake'),
    since: work.since,
  }));
