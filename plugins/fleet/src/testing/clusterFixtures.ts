import type { ClusterFacets, ClusterRow, ClusterState, ClusterView, FleetsView, Meter, Reason } from '@flotilla/backstage-plugin-fleet-common';

const GIB = 1024 ** 3;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const cores = (asked: number, total: number, used?: number): Meter => ({ asked: asked * 1_000, total: total * 1_000, ...(used !== undefined && { used: used * 1_000 }) });
const gib = (asked: number, total: number, used?: number): Meter => ({ asked: asked * GIB, total: total * GIB, ...(used !== undefined && { used: used * GIB }) });

export const reason = (code: string, values: Reason['values'] = {}): Reason => ({ code, values });

interface Shape {
  name: string;
  provider: string;
  region: string;
  fleet: string;
  cpu: Meter;
  memory: Meter;
  gpu?: Meter;
  nodes: number;
  applications: number;
  version?: string;
  state?: ClusterState;
  because?: (now: number) => Reason;
  since?: number;
  seen?: number;
}

const AI = 'kurator-system/ai-platform';
const GLOBAL = 'kurator-system/global-production';

const SHAPES: Shape[] = [
  { name: 'aliyun-cluster', provider: 'aliyun', region: 'cn-east-1', fleet: GLOBAL, cpu: cores(31, 64, 22), memory: gib(120, 256, 96), nodes: 4, applications: 1 },
  { name: 'aliyun-shanghai', provider: 'aliyun', region: 'cn-east-1', fleet: GLOBAL, cpu: cores(17, 39, 12), memory: gib(40, 155, 33), nodes: 5, applications: 1 },
  { name: 'data-cluster-onprem', provider: 'onprem', region: 'dc-dongguan', fleet: AI, cpu: cores(120, 304, 92), memory: gib(624, 1_600, 540), nodes: 8, applications: 0, version: '1.35.2', state: 'Unreachable', because: now => reason('ClusterSilent', { since: now - 14 * MINUTE, why: 'TimedOut', said: 'it did not answer within 5 s' }), since: 14 * MINUTE, seen: 14 * MINUTE },
  { name: 'edge-cluster-shenzhen', provider: 'kubeedge', region: 'cn-south-1', fleet: GLOBAL, cpu: cores(5.5, 11.1, 4), memory: gib(7, 21, 6), nodes: 3, applications: 0, version: '1.34.6' },
  { name: 'gpu-cluster-aliyun', provider: 'aliyun', region: 'cn-east-1', fleet: AI, cpu: cores(40, 128, 31), memory: gib(200, 1_024, 150), gpu: { asked: 2, total: 16, used: 2 }, nodes: 4, applications: 0 },
  { name: 'gpu-cluster-huawei', provider: 'huawei', region: 'cn-north-1', fleet: AI, cpu: cores(78, 96, 61), memory: gib(262, 384, 214), gpu: { asked: 15, total: 16, used: 12 }, nodes: 4, applications: 1, state: 'Degraded', because: () => reason('ClusterNodesNotReady', { behind: 1, nodes: 4 }), since: 50 * MINUTE },
  { name: 'gpu-cluster-onprem', provider: 'onprem', region: 'dc-dongguan', fleet: AI, cpu: cores(36, 96, 20), memory: gib(140, 512, 101), gpu: { asked: 0, total: 8, used: 0 }, nodes: 2, applications: 0 },
  { name: 'huawei-cloud-beijing', provider: 'huawei', region: 'cn-north-1', fleet: GLOBAL, cpu: cores(38, 95, 26), memory: gib(107, 372, 88), nodes: 6, applications: 1 },
  { name: 'huawei-cluster', provider: 'huawei', region: 'cn-north-1', fleet: GLOBAL, cpu: cores(22, 64, 15), memory: gib(90, 256, 71), nodes: 4, applications: 1, state: 'Held', because: () => reason('Condition.Held', { said: 'held for an upgrade' }), since: 138 * MINUTE },
  { name: 'inference-cluster-aliyun', provider: 'aliyun', region: 'ap-southeast-1', fleet: AI, cpu: cores(41, 95, 30), memory: gib(61, 186, 52), nodes: 6, applications: 1 },
];

const pods = ({ nodes }: Shape): Meter => ({ asked: nodes * 9, total: nodes * 110, used: nodes * 9 });

function row(shape: Shape, index: number, now: number): ClusterRow {
  const { name, provider, region, fleet, cpu, memory, gpu, nodes, applications } = shape;
  return {
    name,
    provider,
    region,
    zone: `${region}a`,
    fleets: [fleet],
    cpu,
    memory,
    gpu,
    pods: pods(shape),
    nodes,
    readyNodes: nodes,
    applications,
    mode: 'Manage',
    version: shape.version ?? '1.36.3',
    state: shape.state ?? 'Healthy',
    because: shape.because?.(now) ?? reason('ClusterAnswers', { ready: nodes, nodes }),
    owner: 'kurator-system',
    stateSince: now - (shape.since ?? 300 * MINUTE),
    debt: shape.state === 'Unreachable' ? 3 : 0,
    seenAt: now - (shape.seen ?? (2 + (index % 4)) * SECOND),
  };
}

/** All clusters, by name. */
export const clusterRows = (now: number): ClusterRow[] => SHAPES.map((shape, index) => row(shape, index, now));

const STATES: ClusterState[] = ['Unreachable', 'SignInNeeded', 'NoPermission', 'Degraded', 'Held', 'Joining', 'NotSeen', 'Healthy'];

/** Labels of a cluster, `key=value`. */
export const labelsOf = ({ provider, region, gpu }: ClusterRow): string[] => [`provider=${provider}`, `region=${region}`, ...(gpu ? ['has-gpu=true'] : [])];

function facets(rows: ClusterRow[]): ClusterFacets {
  const counted = (values: string[]) => [...new Set(values)].sort().map(value => ({ value, count: values.filter(each => each === value).length }));
  const by = (field: 'provider' | 'region' | 'owner') => counted(rows.map(each => each[field]));
  return { fleet: counted(rows.flatMap(({ fleets }) => fleets)), provider: by('provider'), region: by('region'), owner: by('owner'), label: counted(rows.flatMap(labelsOf)) };
}

/** The overview of those clusters; its counts are theirs. */
export function fleetsView(now: number, rows: ClusterRow[] = clusterRows(now)): FleetsView {
  const fleet = (name: string) => ({ namespace: 'kurator-system', name, clusters: rows.filter(each => each.fleets.includes(`kurator-system/${name}`)).length, ready: true, findings: [] });
  return {
    version: '1',
    now,
    fleets: [fleet('ai-platform'), fleet('global-production')],
    totals: { clusters: rows.length, fleets: 2, providers: new Set(rows.map(each => each.provider)).size, applications: 2 },
    facets: facets(rows),
    states: Object.fromEntries(STATES.map(state => [state, rows.filter(each => each.state === state).length])) as FleetsView['states'],
    attention: [
      { id: 'unreachable', severity: 'danger', title: reason('AttentionUnreachable', { name: 'data-cluster-onprem' }), detail: reason('DetailTouched', { because: 'ClusterSilent', since: now - 14 * MINUTE, why: 'TimedOut', said: 'it did not answer within 5 s', applications: 0, debt: 3 }), since: now - 14 * MINUTE, href: '/clusters/data-cluster-onprem', count: 1 },
      { id: 'gpu-full', severity: 'warning', title: reason('AttentionGpuFull', { name: 'gpu-cluster-huawei' }), detail: reason('DetailAsked', { asked: 15, total: 16 }), since: now - 50 * MINUTE, href: '/clusters/gpu-cluster-huawei', count: 1 },
      { id: 'findings', severity: 'info', title: reason('AttentionFindings', { count: 2, name: 'intelligent-ai-platform' }), detail: reason('DetailFindings'), since: now - 270 * MINUTE, href: '/applications/ai-production/intelligent-ai-platform', count: 1 },
    ],
    attentionCheckedAt: now - 3 * SECOND,
  };
}

/** One cluster in full: gpu-cluster-huawei, whose nodes add up to its row. */
export function clusterView(now: number): ClusterView {
  const found = clusterRows(now).find(each => each.name === 'gpu-cluster-huawei')!;
  const node = (index: number, cpu: number, memory: number, gpu: number) => ({ name: `gpu-v100-${index}`, ready: true, zone: `cn-north-1${index % 2 ? 'a' : 'b'}`, cpu: cores(cpu, 24), memory: gib(memory, 96), gpu: { asked: gpu, total: 4 }, taints: [] });
  return {
    version: '1',
    now,
    row: found,
    sentence: reason('ClusterWorksButRoom', { because: 'ClusterNodesNotReady', behind: 1, nodes: 4, spare: 'SpareRoom', cores: 18, gpus: 1, allGpus: 16 }),
    detail: reason('ClusterRuns', { applications: 1, nodes: 4, pods: 36 }),
    uid: '6f0c2d1e-8a4b-4a57-9d2b-6a1f0e6c1b11',
    registeredBy: 'kurator-system/ai-platform',
    signIn: { kind: 'ServiceAccountToken', standing: 'Good', expiresAt: now + 20 * 1_440 * MINUTE, renewsAt: now + 10 * 1_440 * MINUTE },
    labels: [
      { key: 'provider', value: 'huawei', protected: true, from: AI },
      { key: 'region', value: 'cn-north-1', protected: true, from: AI },
      { key: 'gpu-type', value: 'v100', protected: false, from: AI },
      { key: 'has-gpu', value: 'true', protected: false, from: AI },
      { key: 'low-latency', value: 'true', protected: false, from: AI },
    ],
    taints: [{ key: 'has-gpu', value: 'true', effect: 'NoSchedule' }],
    running: [
      { application: { namespace: 'ai-production', name: 'intelligent-ai-platform' }, component: 'model-training', kind: 'Job', replicas: 4, ready: 4, standing: { code: 'StandingRank', values: { rank: 1, of: 3 } }, because: { code: 'RunsOnOne', values: { subject: 'model-training', cluster: 'gpu-cluster-huawei', why: 'LeastLeft', resource: 'nvidia.com/gpu', also: 'BesideData' } }, revision: 'v2.1.0' },
      { application: { namespace: 'ai-production', name: 'intelligent-ai-platform' }, component: 'model-inference', kind: 'Deployment', replicas: 2, ready: 1, standing: { code: 'StandingRank', values: { rank: 2, of: 2 } }, because: { code: 'RunsOnMany', values: { subject: 'model-inference', count: 2, clusters: 'inference-cluster-aliyun, gpu-cluster-huawei', why: 'AllClusters' } }, revision: 'v2.1.0', trouble: reason('Trouble', { said: 'ImagePullBackOff: Back-off pulling image', what: 'ImagePullBackOff' }) },
    ],
    nodes: [node(1, 20, 66, 4), node(2, 20, 66, 4), node(3, 20, 66, 4), node(4, 18, 64, 3)],
    nodeGroups: [{ shape: '32 CPU, 256 GiB, 4 GPU', min: 4, max: 10, price: '¥98.40/h' }],
    debts: [],
    findings: [{ code: 'TolerationWithoutTaint', severity: 'info', path: 'spec.placement.clusterTolerations[0]', because: reason('Finding.TolerationWithoutTaint', { said: 'no cluster of the fleet has a taint dedicated=batch: nothing is tolerated', at: 'key: dedicated' }), since: new Date(now - 270 * MINUTE).toISOString() }],
    events: [
      { at: now - 7 * MINUTE, type: 'Warning', reason: 'ClusterAway', message: reason('Condition.ClusterAway', { said: 'it did not answer for a minute' }), about: 'Cluster gpu-cluster-huawei', count: 2 },
      { at: now - 264 * MINUTE, type: 'Normal', reason: 'Ready', message: reason('Condition.Ready', { said: 'answers; 4 of 4 nodes are ready' }), about: 'Cluster gpu-cluster-huawei', count: 1 },
    ],
    facts: [
      { what: reason('FactCapacity'), seenAt: now - 2 * SECOND, source: reason('SourceWatch'), value: reason('ValueNodes', { nodes: 4 }) },
      { what: reason('FactApis'), seenAt: now - 8 * MINUTE, source: reason('SourceDiscovery'), value: reason('ValueKinds', { kinds: 63 }) },
      { what: reason('FactLatency'), seenAt: now - 2 * SECOND, source: reason('SourceProbe'), value: reason('ValueMs', { ms: 9 }) },
      { what: reason('FactPrice'), source: reason('SourceDeclared'), value: reason('ValuePrices', { currency: 'CNY', cpu: 0.22, gpu: 20.44 }) },
      { what: reason('FactResidency'), source: reason('SourceDeclared'), value: reason('ValuePlain', { value: 'CN' }) },
    ],
    actions: [{ name: 'editLabels', allowed: true, why: '' }],
  };
}
