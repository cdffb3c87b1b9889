/* eslint-disable no-console */
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { aCluster, aNode, aRequest, GPU, NOW, SEEN } from '../src/scheduler/examples';
import { DEFAULT_PROFILE } from '../src/scheduler/profile';
import { scheduleCompact } from '../src/scheduler/schedule';
import type { CompactDecision } from '../src/scheduler/storage';
import type { ClusterFacts, PlacementRequest, SchedulingInput } from '../src/scheduler/types';

/**
 * How long one decision takes over 100 and 1,000 clusters of 10 to 40 nodes, reasons and fixes included, kept compactly.
 * A third of the clusters is rejected for one cause or another; a quarter has promises to others. As in a running fleet, nothing is
 * decided on the same facts twice: before each decision one cluster in a hundred was looked at anew (what was worked out about its nodes
 * is of no use any more), and the clusters chosen last owe what they were chosen for. Each decision is of another target.
 * Wall time says what was waited for and grows with whatever else runs; CPU time says what it cost. Options: `--seed`, `--decisions`, `--out`.
 */
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, decisions: { type: 'string', default: '500' }, out: { type: 'string' } } });
const SEED = Number(values.seed);
const DECISIONS = Number(values.decisions);
const WARM_UP = 300;

/** mulberry32: small, seeded, good enough to draw clusters. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function fleet(count: number, random: () => number): ClusterFacts[] {
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return Array.from({ length: count }, (_, i) => {
    const name = `cluster-${i}`;
    const gpus = random() < 0.3 ? 8 : 0;
    const nodes = Array.from({ length: whole(10, 40) }, (__, n) =>
      aNode(`${name}-${n}`, { cpu: whole(0, 32) * 1_000, memory: whole(0, 128) * 2 ** 30, ...(gpus && { [GPU]: whole(0, 8) }) }, {
        allocatable: { cpu: 32_000, memory: 128 * 2 ** 30, pods: 110, ...(gpus && { [GPU]: gpus }) },
        labels: { 'topology.kubernetes.io/zone': `zone-${n % 3}` },
        taints: gpus ? [{ key: 'gpu', effect: 'NoSchedule' }] : [],
        ready: random() > 0.02,
      }),
    );
    return aCluster(name, {
      nodes: { value: nodes, seenAt: SEEN },
      labels: random() < 0.8 ? { tier: 'prod' } : {},
      taints: random() < 0.08 ? [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] : [],
      reachable: { ok: random() > 0.03, since: SEEN },
      mode: random() < 0.95 ? 'Manage' : 'Observe',
      prices: { value: { currency: 'CNY', perCpuHour: random() * 0.6, perGiBHour: random() * 0.08, perGpuHour: random() * 40 }, seenAt: SEEN },
      performance: { 'p95-latency': { value: whole(5, 200), seenAt: SEEN }, 'disk-iops': { value: whole(1_000, 50_000) } },
      promised: random() < 0.25 ? [{ requests: { cpu: 2_000, memory: 2 ** 31, pods: 1 }, replicas: whole(1, 6) }] : [],
    });
  });
}

function requestOf(n: number): PlacementRequest {
  const bounds = [{ source: 'component' as const, name: 'web', labelSelector: { matchLabels: { tier: 'prod' } } }];
  const base = { target: `Deployment/default/web-${n}`, name: `web-${n}`, bounds, tolerations: [{ key: 'gpu', operator: 'Exists' }] };
  const gpu = { kind: 'Job', whole: true, requests: { [GPU]: 2, cpu: 4_000, pods: 1 }, apis: ['batch/v1/Job'] };
  const divisions: Partial<PlacementRequest>[] = [
    { availability: 'multi-cluster', maxReplicas: 20 },
    gpu,
    { replicaScheduling: { type: 'Divided', preference: 'Weighted', dynamicWeight: 'AvailableReplicas' } },
    { replicas: 40, spreadConstraints: [{ by: 'cluster', minGroups: 3, maxGroups: 10 }] },
  ];
  return aRequest({ replicas: 6, ...base, ...divisions[n % divisions.length] });
}

/** What happens between two decisions: new looks at some clusters, a promise on those just chosen. Changes `facts`. */
function goOn(facts: ClusterFacts[], random: () => number, requests: PlacementRequest['requests'], { clusters, heads }: CompactDecision): void {
  const position = new Map(facts.map(({ name }, i) => [name, i]));
  const stride = heads.length / clusters.length;
  clusters.forEach((name, i) => {
    const [outcome, replicas] = [heads[i * stride], heads[i * stride + 1]];
    if (outcome !== 0 || replicas === 0) return;
    const chosen = position.get(name)!;
    // The oldest promise is a pod by now.
    facts[chosen] = { ...facts[chosen], promised: [...facts[chosen].promised.slice(-1), { requests, replicas }] };
  });
  for (let looks = Math.max(1, facts.length / 100); looks > 0; looks -= 1) {
    const looked = Math.floor(random() * facts.length);
    const { nodes } = facts[looked];
    if (nodes === 'unknown') continue;
    const changed = Math.floor(random() * nodes.value.length);
    const value = nodes.value.map((node, n) => (n === changed ? { ...node, free: { ...node.free, cpu: Math.floor(random() * 33) * 1_000 } } : node));
    facts[looked] = { ...facts[looked], nodes: { value, seenAt: SEEN } };
  }
}

interface Figure {
  figure: string;
  value: number;
  unit: string;
  target?: string;
  met?: boolean;
  comparedTo?: string;
  load: number;
  seed: number;
}

const rounded = (number: number) => Number(number.toFixed(2));

function at(times: number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
}

function measure(clusters: number, target: number): Figure[] {
  const random = numbers(SEED);
  const facts = fleet(clusters, random);
  const inputOf = (n: number): SchedulingInput => ({ request: requestOf(n), clusters: facts, profile: DEFAULT_PROFILE, now: NOW });
  // Until everything is compiled: the first decisions take several times as long.
  for (let n = 0; n < WARM_UP; n += 1) goOn(facts, random, requestOf(n).requests, scheduleCompact(inputOf(n)));
  const wall: number[] = [];
  const cpu: number[] = [];
  let heap = 0;
  const kept: unknown[] = [];
  for (let n = WARM_UP; n < WARM_UP + DECISIONS; n += 1) {
    const input = inputOf(n);
    const before = process.cpuUsage();
    const start = performance.now();
    const decision = scheduleCompact(input);
    wall.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1_000);
    kept[n % 10] = decision;
    goOn(facts, random, input.request.requests, decision);
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  }
  const load = Number(loadavg()[0].toFixed(1));
  const bytes = Math.round(JSON.stringify(kept[0]).length / 1024);
  const common = { load, seed: SEED };
  return [
    { figure: `one decision over ${clusters} clusters, p50`, value: at(wall, 0.5), unit: 'ms', ...common },
    { figure: `one decision over ${clusters} clusters, p99`, value: at(wall, 0.99), unit: 'ms', target: `≤ ${target}`, met: at(wall, 0.99) <= target, comparedTo: 'Karmada 1.18 here: 1 to 2 ms over 100, without reasons', ...common },
    { figure: `one decision over ${clusters} clusters, CPU time of all threads, p50`, value: at(cpu, 0.5), unit: 'ms', ...common },
    { figure: `one decision over ${clusters} clusters, CPU time of all threads, p99`, value: at(cpu, 0.99), unit: 'ms', ...common },
    { figure: `one decision over ${clusters} clusters, mean CPU time of all threads`, value: rounded(cpu.reduce((sum, each) => sum + each, 0) / cpu.length), unit: 'ms', ...common },
    { figure: `most heap in use, ${clusters} clusters`, value: Math.round(heap / 2 ** 20), unit: 'MiB', ...common },
    { figure: `the decision as kept, ${clusters} clusters`, value: bytes, unit: 'KiB', ...common },
  ];
}

const figures = [...measure(100, 5), ...measure(1_000, 20)];
console.table(figures.map(({ figure, value, unit, target = '', met, load }) => ({ figure, value, unit, target, met: met === undefined ? '' : met, load })));
const out = values.out ?? join(__dirname, '../../../bench/results/decision.json');
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(figures, null, 2)}\n`);
