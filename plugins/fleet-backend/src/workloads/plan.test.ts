import { planWork, type Plan } from './plan';
import { aScene, aTarget, aWork, running, type Scene } from './testing/examples';

/** What the plan does, as `verb cluster detail`. */
function said(plan: Plan): string[] {
  return [
    ...plan.apply.map(each => `apply ${each.cluster} ${each.replicas}`),
    ...plan.hold.map(each => `hold ${each.cluster} ${each.replicas}@${each.revision}`),
    ...plan.remove.map(each => `remove ${each.cluster}`),
    ...plan.violated.map(each => `violated ${each.cluster}`),
    ...plan.completed.map(each => `${each.outcome} ${each.cluster}/${each.name}`),
  ];
}
type Row = [string, Scene, string[]];
const old = { revision: 'old' };
const stateful = aTarget({ main: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'api', namespace: 'shop' } } });

describe('a Deployment', () => {
  const rows: Row[] = [
    ['is made in every chosen cluster at once', { wished: { a: 2, b: 2 } }, ['apply a 2', 'apply b 2']],
    ['keeps what it has while more is not Ready elsewhere', { wished: { b: 3, a: 1 }, works: [aWork('a')], live: { a: running(4) } }, ['apply b 3', 'apply a 4']],
    ['shrinks once the others are Ready', { wished: { b: 3, a: 1 }, works: [aWork('a'), aWork('b')], live: { a: running(4), b: running(3) } }, ['apply b 3', 'apply a 1']],
    ['does not shrink while a pod of the others is not Ready', { wished: { b: 3, a: 1 }, works: [aWork('a'), aWork('b')], live: { a: running(4), b: running(3, { settled: false, ready: 2 }) } }, ['apply b 3', 'apply a 4']],
    ['leaves a cluster only when its replacement is Ready', { wished: { b: 4 }, works: [aWork('a')], live: { a: running(4) } }, ['apply b 4', 'hold a 4@new']],
    ['has left a cluster once its replacement is Ready', { wished: { b: 4 }, works: [aWork('a'), aWork('b')], live: { a: running(4), b: running(4) } }, ['apply b 4', 'remove a']],
    ['stays where it should not be while nothing else has room', { wished: {}, unplaced: 4, works: [aWork('a')], live: { a: running(4) } }, ['hold a 4@new', 'violated a']],
    ['is taken away nowhere while a single pod has no place', { wished: { b: 3 }, unplaced: 1, works: [aWork('a'), aWork('b')], live: { a: running(4), b: running(3) } }, ['apply b 3', 'hold a 4@new', 'violated a']],
    ['does not shrink while a pod has no place', { wished: { a: 3 }, unplaced: 1, works: [aWork('a')], live: { a: running(4) } }, ['apply a 4']],
    ['is evicted at once where residency forbids it, replacement or not', { wished: { b: 4 }, evicted: ['a'], works: [aWork('a')], live: { a: running(4) } }, ['apply b 4', 'remove a']],
    ['is evicted by residency even with no place left for it', { wished: {}, unplaced: 4, evicted: ['a'], works: [aWork('a')], live: { a: running(4) } }, ['remove a']],
    ['is owed to a cluster that does not answer, and that keeps nobody waiting', { wished: { a: 2, b: 2 }, away: ['a'], works: [aWork('a', old), aWork('b', old)], live: { b: running(2, old) } }, ['apply a 2', 'apply b 2']],
    ['changes cluster by cluster, best first', { wished: { a: 2, b: 2 }, works: [aWork('a', old), aWork('b', old)], live: { a: running(2, old), b: running(2, old) } }, ['apply a 2', 'hold b 2@old']],
    ['changes the next cluster only when the last is Ready', { wished: { a: 2, b: 2 }, works: [aWork('a'), aWork('b', old)], live: { a: running(2, { settled: false }), b: running(2, old) } }, ['apply a 2', 'hold b 2@old']],
    ['changes the next cluster once the last is Ready', { wished: { a: 2, b: 2 }, works: [aWork('a'), aWork('b', old)], live: { a: running(2), b: running(2, old) } }, ['apply a 2', 'apply b 2']],
    ['is made anew where somebody deleted it', { wished: { a: 4 }, works: [aWork('a')] }, ['apply a 4']],
    ['that is being removed is not held', { wished: { b: 4 }, works: [aWork('a', { state: 'removing' }), aWork('b')], live: { b: running(4) } }, ['apply b 4']],
    ['left running is taken up again where it is wished for', { wished: { a: 4 }, works: [aWork('a', { state: 'orphaned' })], live: { a: running(4) } }, ['apply a 4']],
    ['left running in a cluster that does not answer stays left alone', { wished: { a: 4 }, away: ['a'], works: [aWork('a', { state: 'orphaned' })] }, []],
  ];
  it.each(rows)('%s', (_, scene, wanted) => expect(said(planWork(aScene(scene)))).toEqual(wanted));
});

describe('a StatefulSet', () => {
  const rows: Row[] = [
    ['stays until its removal is wished for', { target: stateful, wished: { b: 4 }, works: [aWork('a'), aWork('b')], live: { a: running(4), b: running(4) } }, ['apply b 4', 'hold a 4@new', 'violated a']],
    ['is evicted by residency all the same', { target: stateful, wished: { b: 4 }, evicted: ['a'], works: [aWork('a')], live: { a: running(4) } }, ['apply b 4', 'remove a']],
  ];
  it.each(rows)('%s', (_, scene, wanted) => expect(said(planWork(aScene(scene)))).toEqual(wanted));
});

describe('a Job', () => {
  const job = aTarget({ isJob: true, replicas: 2 });
  const replace = aTarget({ isJob: true, replicas: 2, updatePolicy: 'Replace' });
  const ran = (cluster: string, over = {}) => aWork(cluster, { kind: 'Job', apiVersion: 'batch/v1', ...over });
  const rows: Row[] = [
    ['is made once it has a place', { target: job, wished: { a: 2 } }, ['apply a 2']],
    ['that runs is held to its own revision', { target: job, wished: { a: 2 }, works: [ran('a')], live: { a: running(2) } }, ['apply a 2']],
    ['stays until it ends, wherever it should be now', { target: job, wished: { b: 2 }, works: [ran('a')], live: { a: running(2) } }, ['apply a 2', 'violated a']],
    ['that ended is recorded', { target: job, wished: { a: 2 }, works: [ran('a')], live: { a: running(2, { finished: 'Complete' }) } }, ['Complete a/api']],
    ['that failed is recorded, and not tried again', { target: job, wished: { a: 2 }, works: [ran('a')], live: { a: running(2, { finished: 'Failed' }) } }, ['Failed a/api']],
    ['that is gone (TTL, or deleted by hand) is recorded and never made again', { target: job, wished: { a: 2 }, works: [ran('a')] }, ['Gone a/api']],
    ['that ended at this revision runs nowhere again', { target: job, wished: { b: 2 }, works: [ran('a', { state: 'completed' })] }, []],
    ['runs again at a new revision once the old one ended', { target: job, wished: { a: 2 }, works: [ran('a', { state: 'completed', revision: 'old' })] }, ['apply a 2']],
    ['waits for the running one when its template changes', { target: job, wished: { a: 2 }, works: [ran('a', old)], live: { a: running(2, old) } }, ['hold a 2@old']],
    ['takes the running one\'s place with updatePolicy Replace', { target: replace, wished: { a: 2 }, works: [ran('a', old)], live: { a: running(2, old) } }, ['remove a', 'apply a 2']],
    ['whose answer was lost in a crash is applied again, not given up', { target: job, wished: { a: 2 }, works: [ran('a', { memberUid: '' })] }, ['apply a 2']],
    ['in a cluster that does not answer is neither over nor made elsewhere', { target: job, wished: { b: 2 }, away: ['a'], works: [ran('a')] }, ['apply a 2', 'violated a']],
    ['is evicted by residency', { target: job, wished: { b: 2 }, evicted: ['a'], works: [ran('a')], live: { a: running(2) } }, ['remove a', 'apply b 2']],
    ['that was never sent is given up for another cluster', { target: job, wished: { b: 2 }, away: ['a'], works: [ran('a', { sent: false, memberUid: '' })] }, ['remove a', 'apply b 2']],
    ['that was never sent does not hold up its next revision', { target: job, wished: { a: 2 }, works: [ran('a', { sent: false, memberUid: '', revision: 'old' })] }, ['remove a', 'apply a 2']],
    ['left running is not made a second time elsewhere', { target: job, wished: { b: 2 }, works: [ran('a', { state: 'orphaned' })] }, []],
    ['left running is taken up again where it is wished for', { target: job, wished: { a: 2 }, works: [ran('a', { state: 'orphaned' })], live: { a: running(2) } }, ['apply a 2']],
    ['left running and gone meanwhile is not made again', { target: job, wished: { a: 2 }, works: [ran('a', { state: 'orphaned' })] }, ['Gone a/api']],
  ];
  const order = (lines: string[]) => [...lines].sort();
  it.each(rows)('%s', (_, scene, wanted) => expect(order(said(planWork(aScene(scene))))).toEqual(order(wanted)));
});
