import type { KubeObject, ResourceInfo } from '../types';
import { ageOf, humanDuration } from './age';
import { BUILTIN_TABLES } from './builtins';
import { evaluateJsonPath, parseJsonPath } from './jsonPath';
import { summarizePod } from './pods';
import { toTable } from './table';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const S = 1_000;

describe('humanDuration', () => {
  it.each([
    [-5 * S, '<invalid>'], [-1 * S, '0s'], [0, '0s'], [119 * S, '119s'], [120 * S, '2m'], [125 * S, '2m5s'], [600 * S, '10m'],
    [179 * 60 * S, '179m'], [180 * 60 * S, '3h'], [(7 * 60 + 59) * 60 * S, '7h59m'], [47 * 3600 * S, '47h'], [48 * 3600 * S, '2d'],
    [50 * 3600 * S, '2d2h'], [8 * 86400 * S, '8d'], [729 * 86400 * S, '729d'], [730 * 86400 * S, '2y'], [800 * 86400 * S, '2y70d'],
    [8 * 365 * 86400 * S, '8y'],
  ])('%d ms is %s', (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));

  it('does not know the age of nothing', () => {
    expect([ageOf(undefined, NOW), ageOf('rubbish', NOW)]).toEqual(['<unknown>', '<invalid>']);
  });
});

describe('JSONPath', () => {
  const object = {
    spec: { x: 1, list: [{ n: 'a', on: true }, { n: 'b', on: false }], 'a.b/c': 'odd' },
    status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Live', status: 'False' }] },
  };
  it.each([
    ['.spec.x', [1]],
    ['{.spec.x}', [1]],
    ['.spec.list[0].n', ['a']],
    ['.spec.list[-1].n', ['b']],
    ['.spec.list[*].n', ['a', 'b']],
    [".spec['a.b/c']", ['odd']],
    ['.spec["a.b/c"]', ['odd']],
    ['.spec.a\\.b/c', ['odd']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type == 'Live')].status", ['False']],
    ['.spec.list[?(@.on==true)].n', ['a']],
    ['.spec.list[?(@.n>"a")].n', ['b']],
    ['.spec.none.deeper', []],
    ['.spec.constructor', []],
    ['.spec.x.toString', []],
  ])('%s', (path, wanted) => expect(evaluateJsonPath(object, parseJsonPath(path))).toEqual(wanted));

  it.each(['.spec[', '.spec[?(', '.spec[x]', '.a[?(@.b==c)]', '..a'])('refuses %s', path => expect(() => parseJsonPath(path)).toThrow());
});

const info = (rest: Partial<ResourceInfo>): ResourceInfo => ({
  group: 'example.org', version: 'v1', resource: 'widgets', kind: 'Widget', singular: 'widget', shortNames: [], categories: [],
  namespaced: true, subresources: { status: true }, schema: {}, columns: [], custom: true, strategicMerge: false, ...rest,
});
const widget = (spec: object): KubeObject => ({
  apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w', creationTimestamp: '2026-01-01T00:00:00Z' }, spec,
});
const options = { includeObject: 'None' as const, headers: true, now: NOW };

describe('tables of custom kinds', () => {
  it('read printer columns by their type', () => {
    const columns = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Names', type: 'string', jsonPath: '.spec.names[*]' },
      { name: 'On', type: 'boolean', jsonPath: '.spec.on' },
      { name: 'Ratio', type: 'number', jsonPath: '.spec.ratio' },
      { name: 'Made', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      { name: 'Map', type: 'string', jsonPath: '.spec.map' },
      { name: 'None', type: 'string', jsonPath: '.spec.none' },
      { name: 'Broken', type: 'string', jsonPath: '.spec[', priority: 1 },
    ];
    const table = toTable(info({ columns }), widget({ size: 3, names: ['a', 'b'], on: true, ratio: 1.5, map: { k: 1 } }), options);
    expect(table.rows[0].cells).toEqual(['w', 3, 'a', true, 1.5, '24h', '{"k":1}', null, null]);
    expect(table.columnDefinitions).toHaveLength(9);
    expect(table.columnDefinitions![8]).toMatchObject({ name: 'Broken', priority: 1 });
  });

  it('show name and age when nothing is said', () => {
    expect(toTable(info({}), widget({}), options).rows[0].cells).toEqual(['w', '24h']);
    const builtin = toTable(info({ custom: false }), widget({}), options);
    expect(builtin.rows[0].cells).toEqual(['w', '2026-01-01T00:00:00Z']);
  });

  it('do not take an object with items for a list', () => {
    const table = toTable(info({}), { ...widget({}), items: [] }, options);
    expect(table.rows).toHaveLength(1);
  });
});

const cells = (id: string, object: object, all = false) =>
  BUILTIN_TABLES[id].columns
    .filter(column => all || !column.priority)
    .map(column => column.cell({ apiVersion: 'v1', kind: 'X', metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z' }, ...object } as KubeObject, NOW));

describe('tables of built-in kinds', () => {
  it.each([
    ['deployments.apps', { spec: { replicas: 3 }, status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 } }, ['n', '2/3', 1, 2, '24h']],
    ['jobs.batch', { spec: { completions: 4 }, status: { succeeded: 4, startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:01:30Z', conditions: [{ type: 'Complete', status: 'True' }] } }, ['n', 'Complete', '4/4', '90s', '24h']],
    ['jobs.batch', { spec: { parallelism: 3 }, status: {} }, ['n', 'Running', '0/1 of 3', '', '24h']],
    ['nodes', { metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'node-role.kubernetes.io/worker': '' } }, spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.3' } } }, ['n', 'Ready,SchedulingDisabled', 'worker', '24h', 'v1.36.3']],
    ['namespaces', { status: { phase: 'Active' } }, ['n', 'Active', '24h']],
    ['secrets', { type: 'Opaque', data: { a: '', b: '' } }, ['n', 'Opaque', 2, '24h']],
    ['services', { spec: { type: 'ClusterIP', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }, { port: 53, protocol: 'UDP', nodePort: 30053 }] } }, ['n', 'ClusterIP', '10.0.0.1', '<none>', '80/TCP,53:30053/UDP', '24h']],
    ['services', { spec: { type: 'LoadBalancer' } }, ['n', 'LoadBalancer', '<none>', '<pending>', '<none>', '24h']],
    ['events', { type: 'Warning', reason: 'Bad', involvedObject: { kind: 'Pod', name: 'p' }, message: ' m ', lastTimestamp: '2026-01-01T23:59:00Z' }, ['60s', 'Warning', 'Bad', 'pod/p', 'm']],
    ['daemonsets.apps', { status: { desiredNumberScheduled: 2 } }, ['n', 2, 0, 0, 0, 0, '<none>', '24h']],
    ['horizontalpodautoscalers.autoscaling', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, maxReplicas: 3, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } }] }, status: { currentReplicas: 1 } }, ['n', 'Deployment/d', 'cpu: <unknown>/50%', '<unset>', 3, 1, '24h']],
  ])('%s', (id, object, wanted) => expect(cells(id, object)).toEqual(wanted));

  it('stand the emptiest object', () => {
    for (const id of Object.keys(BUILTIN_TABLES)) {
      for (const cell of cells(id, {}, true)) expect(cell).not.toBeUndefined();
    }
  });
});

describe('pods', () => {
  const pod = (status: object, rest: object = {}): KubeObject => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c' }] }, status, ...rest,
  });
  const running = { name: 'c', ready: true, state: { running: {} } };
  it.each([
    ['running', pod({ phase: 'Running', containerStatuses: [running] }), { ready: 1, total: 1, reason: 'Running', restarts: 0 }],
    ['pending', pod({ phase: 'Pending' }), { ready: 0, total: 1, reason: 'Pending' }],
    ['crashing', pod({ phase: 'Running', containerStatuses: [{ name: 'c', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { finishedAt: '2026-01-01T00:00:00Z' } } }] }), { reason: 'CrashLoopBackOff', restarts: 3 }],
    ['done', pod({ phase: 'Succeeded', containerStatuses: [{ name: 'c', state: { terminated: { reason: 'Completed', exitCode: 0 } } }] }), { reason: 'Completed' }],
    ['killed', pod({ phase: 'Failed', containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 137 } } }] }), { reason: 'ExitCode:137' }],
    ['evicted', pod({ phase: 'Failed', reason: 'Evicted' }), { reason: 'Evicted' }],
    ['starting', pod({ phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { waiting: { reason: 'PodInitializing' } } }] }, { spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'c' }] } }), { reason: 'Init:0/1' }],
    ['ending', pod({ phase: 'Running', containerStatuses: [running] }, { metadata: { name: 'p', deletionTimestamp: 'x' } }), { reason: 'Terminating' }],
  ])('%s', (_name, object, wanted) => expect(summarizePod(object)).toMatchObject(wanted));
});
