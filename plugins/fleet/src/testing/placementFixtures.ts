import { combineScores, DEFAULT_WEIGHTS, SCORERS, type ApplicationPage, type PlacementComponent, type PlacementView, type Reason, type Rejection, type ScorePart, type Verdict, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const GPU = 'nvidia.com/gpu';
const weights = DEFAULT_WEIGHTS;
const reason = (code: string, values: Reason['values'] = {}): Reason => ({ code, values });

interface Scored {
  cluster: string;
  provider: string;
  region: string;
  replicas: number;
  outcome: 'chosen' | 'fits';
  /** Raw scores in the order of SCORERS. */
  raw: [number, number, number, number, number];
  because: [Reason, Reason, Reason, Reason, Reason];
  priceUnknown?: boolean;
}

/** A verdict whose points are score × weight and whose total is their sum. */
function scored({ cluster, provider, region, replicas, outcome, raw, because, priceUnknown }: Scored, now: number): PlacementComponent['verdicts'][number] {
  const ages = [2 * SECOND, 3 * MINUTE, 41 * MINUTE, 8 * MINUTE, undefined];
  const parts = SCORERS.map((scorer, index): ScorePart => {
    const unsure = priceUnknown && scorer === 'cost';
    const age = ages[index];
    return { scorer, score: raw[index], weight: weights[scorer], points: raw[index] * weights[scorer], because: because[index], ...(age !== undefined && !unsure && { factAt: now - age }), ...(unsure && { unsure }) };
  });
  return { cluster, provider, region, outcome, replicas, total: combineScores(parts, weights), parts, rejections: [], fix: [], room: replicas + 2 };
}

const fit = (free: number, asked: number, used: number) => reason('Fit', { asked, free, left: free - asked, resource: GPU, used });
const speed = (p95: number, bandwidth: number, iops: number) => reason('Speed', { 'p95-latency': p95, 'network-bandwidth': bandwidth, 'disk-iops': iops, missing: 0 });
const price = (cost: number) => reason('Price', { cost, currency: 'CNY', replicas: 4, best: 280, worst: 480 });
const kept = (version: string) => reason('Compliance', { standards: 'ISO 27001', version, findings: 0 });
const near = (closeness: string) => reason('Near', { closeness, what: 'data', name: 'oss-cn-north-1', zones: 2 });

const TRAINING: Scored[] = [
  { cluster: 'gpu-cluster-huawei', provider: 'huawei', region: 'cn-north-1', replicas: 4, outcome: 'chosen', raw: [84, 76, 70, 100, 80], because: [fit(9, 8, 94), speed(25, 10_000, 9_200), price(350), kept('1.36'), near('region')] },
  { cluster: 'gpu-cluster-aliyun', provider: 'aliyun', region: 'cn-east-1', replicas: 0, outcome: 'fits', raw: [68, 80, 88, 100, 60], because: [reason('FitStranded', { asked: 8, free: 14, left: 6, stranded: 6, resource: GPU }), speed(21, 12_000, 9_800), price(310), kept('1.36'), near('far')] },
  { cluster: 'gpu-cluster-onprem', provider: 'onprem', region: 'dc-dongguan', replicas: 0, outcome: 'fits', raw: [58, 64, 50, 100, 56], because: [fit(8, 8, 100), speed(33, 8_000, 7_400), reason('PriceUnknown'), kept('1.35'), near('far')], priceUnknown: true },
];

const INFERENCE: Scored[] = [
  { cluster: 'inference-cluster-aliyun', provider: 'aliyun', region: 'ap-southeast-1', replicas: 4, outcome: 'chosen', raw: [82, 78, 84, 90, 60], because: [reason('Fit', { asked: 4_000, free: 54_000, left: 50_000, resource: 'cpu', used: 47 }), speed(18, 9_000, 8_100), price(300), kept('1.36'), reason('NodeZones', { zones: 3 })] },
  { cluster: 'gpu-cluster-huawei', provider: 'huawei', region: 'cn-north-1', replicas: 2, outcome: 'chosen', raw: [74, 76, 62, 100, 70], because: [reason('Fit', { asked: 2_000, free: 18_000, left: 16_000, resource: 'cpu', used: 83 }), speed(25, 10_000, 9_200), price(370), kept('1.36'), reason('Near', { closeness: 'cluster', what: 'sibling', name: 'model-training' })] },
];

const behind = reason('Condition.PodsNotReady', { said: 'model-inference: 5 of 6 ready', where: 'model-inference 5/6' });
const noLabel = (label: string, name: string): Rejection => ({ by: 'labels', because: reason('LabelAbsent', { label, source: 'component', name }), remedy: 'changeCluster' });
const noAnswer = (now: number): Rejection => ({ by: 'reachable', because: reason('NoAnswer', { since: now - 14 * MINUTE, why: 'TimedOut' }), remedy: 'wait' });

const rejectedVerdict = (cluster: string, provider: string, region: string, rejections: Rejection[], fix: Reason[]): PlacementComponent['verdicts'][number] => ({ cluster, provider, region, outcome: 'rejected', replicas: 0, total: 0, parts: [], rejections, fix });

function training(now: number): PlacementComponent {
  const label = noLabel('has-gpu=true', 'model-training');
  const verdicts = [
    ...TRAINING.map(each => scored(each, now)),
    rejectedVerdict('inference-cluster-aliyun', 'aliyun', 'ap-southeast-1', [label], []),
    rejectedVerdict('data-cluster-onprem', 'onprem', 'dc-dongguan', [noAnswer(now)], []),
  ];
  return {
    name: 'model-training',
    kind: 'Job',
    target: 'Application/ai-production/intelligent-ai-platform/model-training',
    wanted: 4,
    ready: 4,
    unplaced: 0,
    needs: [reason('NeedsWhole', { replicas: 4 }), reason('NeedsAmount', { amount: 2, resource: GPU }), reason('NeedsLabel', { label: 'has-gpu=true' }), reason('NeedsTolerates', { taint: 'has-gpu=true' })],
    sentence: reason('RunsOnOne', { subject: 'model-training', cluster: 'gpu-cluster-huawei', why: 'LeastLeft', resource: GPU, also: 'BesideData' }),
    detail: reason('DetailPlaced', { placed: 4, wanted: 4, unplaced: 0 }),
    decidedAt: now - 36 * MINUTE,
    hash: '8f31c0a2b4d5e6f708192a3b4c5d6e7f',
    inputsHash: 'a7c041e29b8d7c6f5e4d3c2b1a09f8e7',
    profile: 'default',
    weights,
    notes: [],
    funnel: funnelOf(verdicts.length, { labels: 1, reachable: 1 }, 1),
    verdicts,
    total: verdicts.length,
    groups: [
      { rejection: label, clusters: ['inference-cluster-aliyun'], fix: [] },
      { rejection: noAnswer(now), clusters: ['data-cluster-onprem'], fix: [] },
    ],
    runs: [{ cluster: 'gpu-cluster-huawei', replicas: 4, ready: 4, state: 'Ready', revision: 'v2.1.0' }],
    history: [
      { at: now - 36 * MINUTE, sentence: reason('StayedThere'), clusters: ['gpu-cluster-huawei'], hash: '8f31c0a2' },
      { at: now - 103 * MINUTE, sentence: reason('StayedThere'), clusters: ['gpu-cluster-huawei'], hash: '77a0de11' },
      { at: now - 264 * MINUTE, sentence: reason('RunsOnOne', { subject: 'model-training', cluster: 'gpu-cluster-huawei', why: 'LeastLeft', resource: GPU }), clusters: ['gpu-cluster-huawei'], hash: '1b20aa34' },
    ],
  };
}

function inference(now: number): PlacementComponent {
  const label = noLabel('low-latency=true', 'model-inference');
  const verdicts = [
    ...INFERENCE.map(each => scored(each, now)),
    rejectedVerdict('gpu-cluster-aliyun', 'aliyun', 'cn-east-1', [label], [reason('FixLabel', { cluster: 'gpu-cluster-aliyun', label: 'low-latency=true' })]),
    rejectedVerdict('gpu-cluster-onprem', 'onprem', 'dc-dongguan', [label], [reason('FixLabel', { cluster: 'gpu-cluster-onprem', label: 'low-latency=true' })]),
    rejectedVerdict('data-cluster-onprem', 'onprem', 'dc-dongguan', [noAnswer(now)], []),
  ];
  return {
    ...training(now),
    name: 'model-inference',
    kind: 'Deployment',
    target: 'Application/ai-production/intelligent-ai-platform/model-inference',
    wanted: 6,
    ready: 5,
    needs: [reason('NeedsReplicas', { replicas: 6 }), reason('NeedsAmount', { amount: 1_000, resource: 'cpu' }), reason('NeedsLabel', { label: 'low-latency=true' }), reason('NeedsTwo')],
    sentence: reason('RunsOnMany', { subject: 'model-inference', count: 2, clusters: 'inference-cluster-aliyun, gpu-cluster-huawei', why: 'AllClusters' }),
    detail: reason('DetailPlaced', { placed: 6, wanted: 6, unplaced: 0 }),
    funnel: funnelOf(verdicts.length, { labels: 2, reachable: 1 }, 2),
    verdicts,
    total: verdicts.length,
    groups: [
      { rejection: label, clusters: ['gpu-cluster-aliyun', 'gpu-cluster-onprem'], fix: [reason('FixLabel', { cluster: 'gpu-cluster-aliyun', label: 'low-latency=true' })] },
      { rejection: noAnswer(now), clusters: ['data-cluster-onprem'], fix: [] },
    ],
    runs: [
      { cluster: 'inference-cluster-aliyun', replicas: 4, ready: 4, state: 'Ready', revision: 'v2.1.0' },
      { cluster: 'gpu-cluster-huawei', replicas: 2, ready: 1, state: 'Working', because: reason('Run.Applied', { said: '1 pod waits for its image' }), revision: 'v2.1.0' },
    ],
    history: [{ at: now - 36 * MINUTE, sentence: reason('RunsOnMany', { subject: 'model-inference', count: 2, clusters: 'inference-cluster-aliyun, gpu-cluster-huawei', why: 'AllClusters' }), clusters: ['inference-cluster-aliyun', 'gpu-cluster-huawei'], hash: '8f31c0a2' }],
  };
}

/** What the model-training component found in a cluster that passed. */
const PASSED: Record<string, Reason> = {
  names: reason('PassNamed', { source: 'policy', name: 'ai-production/intelligent-ai-rollout' }),
  labels: reason('PassLabels', { labels: 'has-gpu=true' }),
  taints: reason('PassTolerated', { taints: 'has-gpu=true:NoSchedule' }),
  mode: reason('PassManaged'),
  reachable: reason('PassAnswers'),
  apis: reason('PassApis', { apis: 'batch/v1/Job' }),
  capacity: reason('PassRoom', { room: 4, replicas: 4 }),
  residency: reason('PassNoResidency'),
};

const FILTERS = ['names', 'labels', 'taints', 'mode', 'reachable', 'apis', 'capacity', 'residency'];

function funnelOf(all: number, lost: Record<string, number>, chosen: number): PlacementComponent['funnel'] {
  let left = all;
  const steps = FILTERS.map(filter => {
    left -= lost[filter] ?? 0;
    return { filter, left, because: lost[filter] ? reason('FunnelLost', { count: lost[filter], lost: `lost.${filter}` }) : reason('FunnelPass') };
  });
  return [{ filter: 'all', left: all, because: reason('FunnelAll') }, ...steps, { filter: 'chosen', left: chosen, because: reason('FunnelChosen', { others: left - chosen }) }];
}

/** The article's application: a Job on one cluster, a Deployment on two. */
export function placementView(now: number): PlacementView {
  return {
    version: '1',
    now,
    namespace: 'ai-production',
    name: 'intelligent-ai-platform',
    kind: 'Application',
    fleet: 'kurator-system/ai-platform',
    policy: 'intelligent-ai-rollout',
    conditions: [
      { type: 'Scheduled', status: 'True', reason: 'Placed', message: reason('Condition.Placed', { said: 'every component has its place' }), since: now - 264 * MINUTE },
      { type: 'Applied', status: 'True', reason: 'Applied', message: reason('Condition.Applied', { said: '3 of 3 objects are as wanted in 2 clusters' }), since: now - 263 * MINUTE },
      { type: 'Ready', status: 'False', reason: 'PodsNotReady', message: behind, since: now - 7 * MINUTE },
    ],
    findings: [
      { code: 'StageClusterUnusable', severity: 'warning', path: 'spec.rollout.stages[2]', because: reason('Finding.StageClusterUnusable', { said: 'data-cluster-onprem can be used by no component', at: 'data-cluster-onprem' }), since: new Date(now - 270 * MINUTE).toISOString() },
      { code: 'TwoOwnersOfReplicas', severity: 'info', path: 'spec.components[1].placement.autoscaling', because: reason('Finding.TwoOwnersOfReplicas', { said: 'replicas are set by the template and by the autoscaler' }), since: new Date(now - 270 * MINUTE).toISOString() },
    ],
    components: [training(now), inference(now)],
    events: [
      { at: now - 7 * MINUTE, type: 'Warning', reason: 'PodsNotReady', message: behind, about: 'Application intelligent-ai-platform', count: 1 },
      { at: now - 264 * MINUTE, type: 'Normal', reason: 'Scheduled', message: reason('RunsOnOne', { subject: 'model-training', cluster: 'gpu-cluster-huawei', why: 'LeastLeft', resource: GPU }), about: 'Application intelligent-ai-platform', count: 1 },
    ],
    factsFrom: now - 41 * MINUTE,
    factsTo: now - 2 * SECOND,
    actions: [{ name: 'edit', allowed: true, why: '' }],
  };
}

/** The drawer of one cluster of a component; undefined when it is not among its verdicts. */
export function verdictView(component: PlacementComponent, cluster: string, now: number): VerdictView | undefined {
  const verdict: Verdict | undefined = component.verdicts.find(each => each.cluster === cluster);
  if (!verdict) return undefined;
  const fitting = component.verdicts.filter(each => each.outcome !== 'rejected').sort((a, b) => b.total - a.total);
  const best = fitting.find(each => each.outcome === 'chosen');
  return {
    now,
    cluster,
    verdict,
    rank: fitting.findIndex(each => each.cluster === cluster) + 1 || undefined,
    fits: fitting.length,
    filters: FILTERS.map(filter => {
      const rejection = verdict.rejections.find(each => each.by === filter);
      return { filter, passed: !rejection, because: [rejection?.because ?? PASSED[filter]], ...(filter !== 'residency' && { factAt: now - 2 * SECOND }) };
    }),
    best: best && { cluster: best.cluster, total: best.total, parts: best.parts },
  };
}

export function applicationPage(now: number): ApplicationPage {
  return {
    version: '1',
    now,
    total: 2,
    all: 2,
    from: 0,
    states: { Ready: 1, Working: 0, NotScheduled: 0, NotReady: 1, Terminating: 0 },
    items: [
      { namespace: 'default', name: 'critical-app', kind: 'Deployment', fleet: 'kurator-system/global-production', state: 'Ready', sentence: reason('PlacedOn', { said: 'critical-app runs on 2 clusters, aliyun-cluster and huawei-cluster: divided by the weights given.', wanted: 4, clusters: 'aliyun-cluster, huawei-cluster' }), since: now - 200 * MINUTE, components: 1, clusters: ['aliyun-cluster', 'huawei-cluster'], wanted: 4, ready: 4, unplaced: 0, findings: 0 },
      { namespace: 'ai-production', name: 'intelligent-ai-platform', kind: 'Application', fleet: 'kurator-system/ai-platform', state: 'NotReady', sentence: behind, since: now - 7 * MINUTE, components: 2, clusters: ['gpu-cluster-huawei', 'inference-cluster-aliyun'], wanted: 10, ready: 9, unplaced: 0, findings: 2 },
    ],
  };
}
