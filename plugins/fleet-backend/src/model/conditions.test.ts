import { findCondition, setCondition, setStanding, type Statement } from './conditions';

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

describe('setStanding', () => {
  const types = (list: readonly { type: string; status: string }[]) => list.map(each => `${each.type}=${each.status}`);

  it('has Reconciling and Stalled only while they are true', () => {
    const working = setStanding(undefined, { is: 'working', reason: 'Applying', message: 'writes' }, 1, EARLY);
    const stalled = setStanding(working, { is: 'stalled', reason: 'FleetAmbiguous', message: 'which?' }, 1, LATE);
    const rest = setStanding(stalled, { is: 'ready', reason: 'AllReady', message: 'done' }, 1, LATE);
    expect([types(working), types(stalled), types(rest)]).toEqual([['Ready=False', 'Reconciling=True'], ['Ready=False', 'Stalled=True'], ['Ready=True']]);
    expect(findCondition(stalled, 'Ready')?.lastTransitionTime).toBe(EARLY);
  });
});
