import { setCondition, withStanding, type Statement } from './conditions';

const EARLY = '2026-01-01T00:00:00Z';
const LATE = '2026-01-02T00:00:00Z';
const ready: Statement = { type: 'Ready', status: 'True', reason: 'AllReady', message: 'all is well' };

describe('setCondition', () => {
  const first = setCondition(undefined, ready, 1, EARLY);

  it('adds a new statement with its time', () => {
    expect(first).toEqual([{ ...ready, observedGeneration: 1, lastTransitionTime: EARLY }]);
  });

  it('returns the same list when nothing changed, however late', () => {
    expect(setCondition(first, ready, 1, LATE)).toBe(first);
  });

  it('keeps the time when only the words change', () => {
    expect(setCondition(first, { ...ready, message: 'still well' }, 2, LATE)[0]).toMatchObject({ message: 'still well', observedGeneration: 2, lastTransitionTime: EARLY });
  });

  it('moves the time when the status changes, and keeps the place in the list', () => {
    const two = setCondition(first, { ...ready, type: 'Applied' }, 1, EARLY);
    const after = setCondition(two, { ...ready, status: 'False', reason: 'PodsNotReady' }, 1, LATE);
    expect(after.map(each => [each.type, each.status, each.lastTransitionTime])).toEqual([['Ready', 'False', LATE], ['Applied', 'True', EARLY]]);
  });
});

describe('withStanding', () => {
  const types = (statements: Statement[]) => withStanding(statements).map(each => `${each.type}=${each.status}`);

  it.each<[string, Statement[], string[]]>([
    ['adds nothing to what is ready', [ready], ['Ready=True']],
    ['says Reconciling while it is worked on', [{ ...ready, status: 'False', reason: 'PodsNotReady' }], ['Ready=False', 'Reconciling=True']],
    ['says Stalled where someone must change something', [{ ...ready, status: 'False', reason: 'Immutable' }], ['Ready=False', 'Stalled=True']],
    ['says Reconciling where what is named may still come', [{ ...ready, status: 'False', reason: 'FleetNotFound' }], ['Ready=False', 'Reconciling=True']],
    ['keeps what is said already', [{ ...ready, status: 'False', reason: 'PodsNotReady' }, { ...ready, type: 'Stalled' }], ['Ready=False', 'Stalled=True']],
    ['adds nothing where Ready is not said', [{ ...ready, type: 'Applied' }], ['Applied=True']],
  ])('%s', (_sentence, statements, expected) => {
    expect(types(statements)).toEqual(expected);
  });
});
