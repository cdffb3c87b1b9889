import { addAmounts, formatQuantity, parseAmount, parseAmounts, parseQuantity } from './quantities';

describe('parseQuantity', () => {
  it.each([
    ['1', 1], ['0.5', 0.5], ['.5', 0.5], ['250m', 0.25], ['2k', 2_000], ['1M', 1e6], ['1Ki', 1024], ['2Gi', 2 * 1024 ** 3], ['12E', 12e18], ['12E3', 12_000], ['1e3', 1_000], ['100n', 1e-7], ['-1', -1], ['+2', 2], [3, 3],
  ])('reads %p as %p', (text, value) => {
    const parsed = parseQuantity(text);
    expect(parsed.ok && Math.abs(parsed.value - value) < 1e-12 * Math.max(1, Math.abs(value))).toBe(true);
  });
  it.each([[''], ['1x'], ['1 Gi'], ['Gi'], ['1e'], ['--1'], ['1.2.3'], [null], [{}], [NaN], ['9'.repeat(100)]])('says that %p is none', text => {
    expect(parseQuantity(text)).toEqual({ ok: false, problem: expect.stringMatching(/quantity/) });
  });
});

describe('amounts', () => {
  it('counts cpu in millicores and rounds requests up', () => {
    expect(parseAmount('cpu', '1.5')).toEqual({ ok: true, value: 1_500 });
    expect(parseAmount('cpu', '0.1')).toEqual({ ok: true, value: 100 });
    expect(parseAmount('cpu', '1u')).toEqual({ ok: true, value: 1 });
    expect(parseAmount('memory', '0.5')).toEqual({ ok: true, value: 1 });
  });
  it('leaves out what cannot be read, and names it', () => {
    expect(parseAmounts({ cpu: '1', memory: 'lots', 'nvidia.com/gpu': -1 })).toEqual({
      amounts: { cpu: 1_000 },
      problems: { memory: expect.any(String), 'nvidia.com/gpu': 'nvidia.com/gpu must not be below zero' },
    });
    expect(parseAmounts(undefined)).toEqual({ amounts: {}, problems: {} });
  });
  it.each([['cpu', 1_500, '1500m'], ['cpu', 2_000, '2'], ['memory', 2 * 1024 ** 3, '2Gi'], ['memory', 1_000, '1000'], ['nvidia.com/gpu', 8, '8']])('writes %s %d as %s', (resource, amount, text) => {
    expect(formatQuantity(resource, amount)).toBe(text);
    expect(parseAmount(resource, text)).toEqual({ ok: true, value: amount });
  });
  it('adds without changing what it was given', () => {
    const to = { cpu: 1 };
    expect(addAmounts(to, { cpu: 2, pods: 1 }, 3)).toEqual({ cpu: 7, pods: 3 });
    expect(to).toEqual({ cpu: 1 });
  });
});
