import type { KubeObject } from '@flotilla/kube-api';
import { progressOf } from './progress';
import { componentStatus, placedColumn, rollUp, type ComponentOutcome, type Run } from './rollUp';

const run = (over: Partial<Run> = {}): Run => ({ cluster: 'a', replicas: 2, ready: 2, settled: true, revision: 'r', state: 'applied', because: '', ...over });
const outcome = (over: Partial<ComponentOutcome> = {}): ComponentOutcome => ({ name: 'api', kind: 'Deployment', wanted: 2, unplaced: 0, sentence: 'On a.', revision: 'r', runs: [run()], ...over });
const conditions = (...components: ComponentOutcome[]) => Object.fromEntries(rollUp(components).map(({ type, status, reason }) => [type, `${status} ${reason}`]));

describe('conditions of an Application', () => {
  it.each<[string, ComponentOutcome[], Record<string, string>]>([
    ['all is well: no word of being on its way', [outcome()], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'True AllReady' }],
    ['pods still start', [outcome({ runs: [run({ ready: 1, settled: false })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'False PodsNotReady', Reconciling: 'True InProgress' }],
    ['a cluster waits for its turn', [outcome({ runs: [run(), run({ cluster: 'b', state: 'waiting' })] })], { Scheduled: 'True Placed', Applied: 'False Applying', Ready: 'True AllReady', Reconciling: 'True InProgress' }],
    ['a cluster refused it', [outcome({ runs: [run({ state: 'failed', settled: false, ready: 0 })] })], { Scheduled: 'True Placed', Applied: 'False ApplyFailed', Ready: 'False PodsNotReady', Stalled: 'True NeedsChange' }],
    ['some pods have no place', [outcome({ wanted: 3, unplaced: 1 })], { Scheduled: 'False PartlyPlaced', Applied: 'True Applied', Ready: 'False NotScheduled', Stalled: 'True NeedsChange' }],
    ['no pod has a place', [outcome({ unplaced: 2, runs: [] })], { Scheduled: 'False NoClusterFits', Applied: 'False NotScheduled', Ready: 'False NotScheduled', Stalled: 'True NeedsChange' }],
    ['one component is fine, another is not placed', [outcome(), outcome({ name: 'web', unplaced: 2, runs: [] })], { Scheduled: 'False PartlyPlaced', Applied: 'True Applied', Ready: 'False NotScheduled', Stalled: 'True NeedsChange' }],
    ['it runs where it should not', [outcome({ runs: [run({ state: 'violated' })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'True AllReady', PlacementViolated: 'True NeedsChange' }],
    ['a cluster does not answer, and all was well when last seen', [outcome({ runs: [run({ away: 'no answer since 11:48' })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'Unknown ClusterAway' }],
    ['a cluster does not answer, and pods were missing before', [outcome({ runs: [run({ ready: 1, settled: false, away: 'no answer since 11:48' })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'False PodsNotReady', Reconciling: 'True InProgress' }],
    ['it was left running', [outcome({ runs: [run({ state: 'orphaned' })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'True AllReady', Orphaned: 'True NoEffectYet' }],
    ['a Job is over', [outcome({ kind: 'Job', runs: [run({ state: 'completed' })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'True AllReady' }],
    ['nothing is wanted', [outcome({ wanted: 0, runs: [] })], { Scheduled: 'True Placed', Applied: 'False NotScheduled', Ready: 'True AllReady' }],
    ['a component has no pods at all', [outcome({ kind: 'Service', wanted: 0, runs: [run({ replicas: 1, ready: 0 })] })], { Scheduled: 'True Placed', Applied: 'True Applied', Ready: 'True AllReady' }],
  ])('when %s', (_, components, wanted) => expect(conditions(...components)).toEqual(wanted));

  it('a failed Job is not Ready, and its words are there', () => {
    const failed = outcome({ kind: 'Job', runs: [run({ state: 'completed', ready: 0, settled: false, because: 'the Job failed' })] });
    expect(rollUp([failed]).find(each => each.type === 'Ready')).toMatchObject({ status: 'False', message: 'api: 0 of 2 ready (a: the Job failed)' });
  });

  it('every reason has a sentence', () => {
    for (const { message } of rollUp([outcome({ unplaced: 1, runs: [run({ state: 'violated', because: 'it stays' })] })])) expect(message).not.toBe('');
  });
});

it('status lists every component with its clusters', () => {
  const [status] = componentStatus([outcome({ wanted: 3, unplaced: 1, runs: [run({ because: 'image pull' })] })]);
  expect(status).toEqual({ name: 'api', revision: 'r', replicas: 3, placed: 2, ready: 2, sentence: 'On a.', clusters: [{ name: 'a', replicas: 2, ready: 2, revision: 'r', state: 'Ready', message: 'image pull' }] });
  expect(placedColumn([outcome(), outcome({ wanted: 4, runs: [run({ ready: 1 })] })])).toBe('3/6');
});

describe('how far a live object is', () => {
  const live = (kind: string, spec: object, status: object, generation = 1): KubeObject => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'x', generation }, spec, status });
  const full = { observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 2 };
  it.each<[string, KubeObject, object]>([
    ['a Deployment with all pods updated and ready is settled', live('Deployment', { replicas: 2 }, full), { wanted: 2, ready: 2, settled: true }],
    ['a Deployment whose controller has not seen the newest spec is not', live('Deployment', { replicas: 2 }, full, 2), { settled: false }],
    ['a Deployment with old pods left over is not', live('Deployment', { replicas: 2 }, { ...full, replicas: 3 }), { settled: false }],
    ['a Deployment with pods not yet updated is not', live('Deployment', { replicas: 2 }, { ...full, updatedReplicas: 1 }), { settled: false }],
    ['a Deployment without a status yet is not', live('Deployment', { replicas: 2 }, {}), { ready: 0, settled: false }],
    ['a Deployment that is stuck says so', live('Deployment', { replicas: 2 }, { ...full, conditions: [{ type: 'Progressing', status: 'False', message: 'deadline exceeded' }] }), { trouble: 'deadline exceeded' }],
    ['a Job is ready once its pods run', live('Job', { parallelism: 2, completions: 2 }, { active: 2, ready: 2 }), { wanted: 2, ready: 2, settled: true }],
    ['a Job that nears its end misses no pods', live('Job', { parallelism: 3, completions: 3 }, { active: 1, ready: 1, succeeded: 2 }), { wanted: 3, ready: 3, settled: true }],
    ['a Job that completed is over', live('Job', { parallelism: 2 }, { succeeded: 2, conditions: [{ type: 'Complete', status: 'True' }] }), { finished: 'Complete', settled: true }],
    ['a Job that failed says why', live('Job', {}, { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] }), { finished: 'Failed', trouble: 'BackoffLimitExceeded', settled: false }],
    ['a DaemonSet wants a pod on each node that takes one', live('DaemonSet', {}, { observedGeneration: 1, desiredNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 3 }), { wanted: 3, ready: 2, settled: false }],
    ['a Service is settled by being there', live('Service', {}, {}), { wanted: 0, ready: 0, settled: true }],
  ])('%s', (_, object, wanted) => expect(progressOf(object)).toMatchObject(wanted));
});
