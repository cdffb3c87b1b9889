import { aggregate, divide, type Party } from './divide';

const parties = (weights: number[], floors: number[] = [], caps: number[] = []): Party[] =>
  weights.map((weight, i) => ({ name: `c${i}`, weight, floor: floors[i] ?? 0, cap: caps[i] ?? Infinity }));

describe('divide', () => {
  const cases: [string, number, Party[], number[]][] = [
    ['5 over 60:40', 5, parties([60, 40]), [3, 2]],
    ['10 over 60:40', 10, parties([60, 40]), [6, 4]],
    ['3 over 60:40', 3, parties([60, 40]), [2, 1]],
    ['1 over 60:40 goes to the larger', 1, parties([60, 40]), [1, 0]],
    ['6 over two equal ones', 6, parties([1, 1]), [3, 3]],
    ['7 over two equal ones: the first has the odd one', 7, parties([1, 1]), [4, 3]],
    ['what runs is kept: the new one is filled beside it', 6, parties([1, 1], [4, 0]), [4, 2]],
    ['a full cluster passes its share on', 7, parties([1, 1], [], [2]), [2, 5]],
    ['nobody has room for the rest', 9, parties([1, 1], [], [2, 3]), [2, 3]],
    ['fewer than run: the last given go first', 3, parties([1, 1], [4, 2]), [2, 1]],
    ['fewer, and nobody gains by it', 5, parties([60, 40], [2, 4]), [2, 3]],
    ['weight 0 gets nothing', 4, parties([1, 0]), [4, 0]],
    ['weight 0 keeps what runs', 4, parties([1, 0], [0, 2]), [2, 2]],
    ['nothing wanted', 0, parties([1, 1], [2, 2]), [0, 0]],
    ['100,000 over a thousand, at once', 100_000, parties(Array.from({ length: 1_000 }, () => 1)), Array.from({ length: 1_000 }, () => 100)],
  ];
  it.each(cases)('%s', (_, replicas, given, shares) => {
    expect([...divide(replicas, given).values()]).toEqual(shares);
  });

  it('gives what giving one at a time by the largest quotient gives', () => {
    for (let replicas = 0; replicas <= 40; replicas += 1) {
      for (const weights of [[5, 3, 1], [7, 7, 2], [100, 1, 1], [3, 3, 3]]) {
        const expected = weights.map(() => 0);
        for (let i = 0; i < replicas; i += 1) {
          const best = weights.reduce((at, weight, j) => (weight * (2 * expected[at] + 1) > weights[at] * (2 * expected[j] + 1) ? j : at), 0);
          expected[best] += 1;
        }
        expect([replicas, ...divide(replicas, parties(weights)).values()]).toEqual([replicas, ...expected]);
      }
    }
  });
});

describe('aggregate', () => {
  const cases: [string, number, Party[], number[]][] = [
    ['all on the first that holds them', 6, parties([1, 1], [], [6, 9]), [6, 0]],
    ['the rest on the next', 6, parties([1, 1], [], [4, 9]), [4, 2]],
    ['what runs is kept, growth follows the order', 6, parties([1, 1], [2, 3], [9, 9]), [3, 3]],
    ['with fewer, the smallest holding is given up', 4, parties([1, 1], [4, 2]), [4, 0]],
    ['among equal holdings the later one', 3, parties([1, 1], [2, 2]), [2, 1]],
  ];
  it.each(cases)('%s', (_, replicas, given, shares) => {
    expect([...aggregate(replicas, given).values()]).toEqual(shares);
  });
});
