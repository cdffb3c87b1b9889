import { formatRequirement, holds, matches, meetsNodeAffinity, unmet } from './selectors';
import { formatTaint, tolerates, untolerated } from './taints';
import { formatDuration, parseDuration, parseTime } from './time';

describe('label selectors', () => {
  it.each([
    ['In', ['a', 'b'], 'a', true], ['In', ['a'], undefined, false], ['NotIn', ['a'], undefined, true], ['NotIn', ['a'], 'a', false], ['Exists', [], '', true], ['Exists', [], undefined, false],
    ['DoesNotExist', [], undefined, true], ['Gt', ['5'], '6', true], ['Gt', ['5'], 'x', false], ['Lt', ['5'], '4', true], ['Like', ['a'], 'a', false],
  ])('%s %p on %p holds: %p', (operator, values, value, expected) => {
    expect(holds({ key: 'k', operator, values }, value)).toBe(expected);
  });
  it('names every requirement that is not met', () => {
    const selector = { matchLabels: { a: '1', b: '2' }, matchExpressions: [{ key: 'c', operator: 'Exists' }] };
    expect(unmet(selector, { a: '1' }).map(formatRequirement)).toEqual(['b=2', 'c']);
    expect(matches({}, {})).toBe(true);
  });
  it('needs one term of node affinity; a term without requirements matches nothing', () => {
    const node = { name: 'n', labels: { disk: 'ssd' } };
    expect(meetsNodeAffinity({ nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['hdd'] }] }, { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }] }, node)).toBe(true);
    expect(meetsNodeAffinity({ nodeSelectorTerms: [{}] }, node)).toBe(false);
  });
});

describe('taints', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoSchedule' };
  it.each([
    [{ key: 'k', value: 'v' }, true], [{ key: 'k', value: 'x' }, false], [{ key: 'k', operator: 'Exists' }, true], [{ operator: 'Exists' }, true], [{ key: 'k', value: 'v', effect: 'NoExecute' }, false], [{}, false], [{ key: 'k', operator: 'Near' }, false],
  ])('%p tolerates it: %p', (toleration, expected) => {
    expect(tolerates(toleration, taint)).toBe(expected);
  });
  it('never counts PreferNoSchedule', () => {
    expect(untolerated([taint, { key: 'p', effect: 'PreferNoSchedule' }, { key: 'e', effect: 'NoExecute' }], []).map(formatTaint)).toEqual(['k=v:NoSchedule', 'e:NoExecute']);
  });
});

describe('time', () => {
  it.each([['30s', 30_000], ['1h30m', 5_400_000], ['100ms', 100], ['1.5h', 5_400_000], ['0', 0]])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });
  it.each([['30'], [''], ['1d'], ['h'], [30], ['1h 30m']])('says that %p is no duration', text => {
    expect(parseDuration(text).ok).toBe(false);
  });
  it.each([[5_400_000, '1h30m'], [0, '0s'], [250, '250ms'], [61_500, '1m1.5s']])('writes %d as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });
  it('reads RFC 3339 only', () => {
    expect(parseTime('2026-08-01T12:02:00Z')).toBe(Date.UTC(2026, 7, 1, 12, 2));
    expect(parseTime('1 August 2026')).toBeUndefined();
  });
});
