import { ageParts, askedShare, ordinal, readable, roundToSum } from './format';

describe('roundToSum', () => {
  it.each([
    [[25.2, 19, 14, 15, 8]],
    [[20.44, 20.04, 17.64, 15.04, 6.04]],
    [[0.05, 0.05, 0.05, 0.05, 0.05]],
    [[33.333, 33.333, 33.334]],
  ])('%j: one decimal each, and together the rounded sum', parts => {
    const rounded = roundToSum(parts);
    const sum = rounded.reduce((total, each) => total + each, 0);
    expect(sum).toBeCloseTo(Math.round(parts.reduce((total, each) => total + each, 0) * 10) / 10, 6);
    rounded.forEach((each, index) => expect(Math.abs(each - parts[index])).toBeLessThan(0.1));
  });
});

describe('numbers that people read', () => {
  it('are cores, GiB and pieces', () => {
    expect(readable(61_000, 'cpu')).toBe(61);
    expect(readable(5_500, 'cpu')).toBe(5.5);
    expect(readable(214.4 * 1024 ** 3, 'memory')).toBe(214);
    expect(readable(3, 'gpu')).toBe(3);
  });

  it('have ages in their two largest units', () => {
    expect(ageParts(-5)).toEqual({ unit: 's', count: 0 });
    expect(ageParts(59_999)).toEqual({ unit: 's', count: 59 });
    expect(ageParts(4_080_000)).toEqual({ unit: 'h', count: 1, rest: 8 });
    expect(ageParts(27 * 3_600_000)).toEqual({ unit: 'd', count: 1, rest: 3 });
  });

  it('have places', () => {
    expect([1, 2, 3, 11, 22].map(rank => ordinal(rank, 'en'))).toEqual(['1st', '2nd', '3rd', '11th', '22nd']);
    expect(ordinal(2, 'zh')).toBe('第 2');
  });

  it('never fill a meter beyond its end, nor an empty one', () => {
    expect(askedShare({ asked: 20, total: 10 })).toBe(1);
    expect(askedShare({ asked: 0, total: 0 })).toBe(0);
  });
});
