import { tableOf } from './columns';
import { aCluster, aNode, anInput, GIB } from './examples';
import { afterPromises } from './promises';
import { schedule } from './schedule';
import type { ClusterFacts, Promised } from './types';

const one: Promised = { requests: { cpu: 4_000, pods: 1 }, replicas: 2 };
const east = (cpu: number) => [aNode('east-1', { cpu })];
const verdictOn = (over: Partial<ClusterFacts>) => schedule(anInput({ requests: { cpu: 4_000, memory: GIB, pods: 1 } }, [aCluster('east', over)])).verdicts[0];

describe('What is remembered of a list of nodes', () => {
  it('is the same for the same list, also of another look at the cluster', () => {
    const nodes = east(8_000);
    const table = tableOf(nodes);
    verdictOn({ nodes: { value: nodes, seenAt: 1 } });
    expect(tableOf(nodes)).toBe(table);
    expect(tableOf([...nodes])).not.toBe(table);
  });

  it('says nothing of the list that comes after it: the verdict follows what was seen last, and back', () => {
    const [roomy, full] = [east(8_000), east(1_000)];
    const seen = [roomy, full, roomy].map(value => verdictOn({ nodes: { value } }));
    expect(seen.map(({ outcome, room }) => [outcome, room])).toEqual([['chosen', 2], ['rejected', 0], ['chosen', 2]]);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[1]).toEqual(verdictOn({ nodes: { value: east(1_000) } }));
  });

  it('follows a node that is cordoned, tainted or gone in a new list', () => {
    const [node] = east(8_000);
    const taints = [{ key: 'gpu', effect: 'NoSchedule' as const }];
    const lists = [[node], [{ ...node, unschedulable: true }], [{ ...node, taints }], []];
    expect(lists.map(value => verdictOn({ nodes: { value } }).rejections.map(({ because }) => because.code))).toEqual([[], ['NodesNotReady'], ['NodesTainted'], ['NoNodes']]);
  });
});

describe('What is remembered of promises', () => {
  it('serves an equal list of promises, and no other', () => {
    const table = tableOf(east(32_000));
    const left = afterPromises(table, [one]);
    expect(afterPromises(table, [{ ...one }])).toBe(left);
    const others: Promised[][] = [[{ ...one, replicas: 3 }], [{ ...one, requests: { cpu: 1_000, pods: 1 } }], [one, one], [one]];
    const cpu = table.resources.indexOf('cpu');
    expect(others.map(promised => afterPromises(table, promised).sums[cpu].free)).toEqual([20_000, 30_000, 16_000, 24_000]);
  });

  it('is told apart by the nodes promised on: the same promise leaves a verdict of its own on each list', () => {
    const [roomy, small] = [east(32_000), east(9_000)];
    const rooms = [roomy, small, roomy].map(value => verdictOn({ nodes: { value }, promised: [one] }).room);
    expect(rooms).toEqual([6, 0, 6]);
    expect(verdictOn({ nodes: { value: small } }).room).toBe(2);
  });

  it('holds where no node is open: there is nothing to promise', () => {
    expect(verdictOn({ nodes: { value: [] }, promised: [one] }).rejections.map(({ because }) => because.code)).toEqual(['NoNodes']);
  });
});
