import type { SeenSpan } from '../store/types';
import { History, stateOf } from './history';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000_000;

/** A history of looks: state and hours before now. */
function looked(...looks: ['Answers' | 'Silent' | 'Unseen', number][]): History {
  const history = new History();
  for (const [state, hoursAgo] of looks) history.note(state, NOW - hoursAgo * HOUR);
  return history;
}

describe('how a cluster was reached', () => {
  it('is down only where nothing comes; what does not let us look is not seen', () => {
    const state = (reason?: any) => stateOf({ ok: false, since: 0, lastAnswerAt: 0, reason });
    expect(['Unreachable', 'TimedOut'].map(state)).toEqual(['Silent', 'Silent']);
    expect(['SignInNeeded', 'NoPermission', 'Held', 'CertificateInvalid', 'BadKubeconfig', 'Refused', 'TooLarge', undefined].map(state)).toEqual(Array(8).fill('Unseen'));
    expect(stateOf({ ok: true, since: 0, lastAnswerAt: 0, reason: 'NoPermission' })).toBe('Answers');
  });

  it('says nothing of a cluster that was never asked', () => {
    expect(new History().lastDay(NOW)).toBeUndefined();
    expect(looked(['Unseen', 3]).lastDay(NOW)).toBeUndefined();
  });

  it('counts uptime over the time that was seen alone', () => {
    expect(looked(['Answers', 10], ['Silent', 2], ['Answers', 1]).lastDay(NOW)).toEqual({
      state: 'Answers', since: NOW - HOUR, uptime24h: 0.9, flaps24h: 1, seen24h: 10 / 24,
      spans: [
        { state: 'Unseen', from: NOW - DAY, to: NOW - 10 * HOUR },
        { state: 'Answers', from: NOW - 10 * HOUR, to: NOW - 2 * HOUR },
        { state: 'Silent', from: NOW - 2 * HOUR, to: NOW - HOUR },
        { state: 'Answers', from: NOW - HOUR, to: NOW },
      ],
    });
    const { uptime24h, flaps24h, seen24h, state, since } = looked(['Answers', 12], ['Unseen', 6]).lastDay(NOW)!;
    expect([uptime24h, flaps24h, seen24h, state, since]).toEqual([1, 0, 0.25, 'Unseen', NOW - 6 * HOUR]);
  });

  it('counts of a span from before the day what lies in it, and no flap of before', () => {
    expect(looked(['Answers', 100], ['Silent', 30], ['Answers', 12]).lastDay(NOW)).toMatchObject({ uptime24h: 0.5, flaps24h: 0, seen24h: 1 });
    expect(looked(['Silent', 100], ['Answers', 99]).lastDay(NOW)).toMatchObject({ uptime24h: 1, flaps24h: 0, spans: [{ state: 'Answers', from: NOW - DAY, to: NOW }] });
  });

  it('goes on from what an earlier process stored, with the time between them unseen', () => {
    const first = looked(['Answers', 10], ['Silent', 8]);
    first.note('Silent', NOW - 7 * HOUR);
    const second = new History(first.takeUnsaved());
    expect(second.lastDay(NOW)).toMatchObject({ state: 'Unseen', since: NOW - 7 * HOUR });
    second.note('Answers', NOW - HOUR);
    expect(second.lastDay(NOW)!.spans.map(({ state, from, to }) => [state, (NOW - from) / HOUR, (NOW - to) / HOUR])).toEqual([
      ['Unseen', 24, 10], ['Answers', 10, 8], ['Silent', 8, 7], ['Unseen', 7, 1], ['Answers', 1, 0],
    ]);
  });

  it('gives to be stored what is new, and how far the last goes', () => {
    const history = looked(['Answers', 10]);
    const stored = new Map<number, SeenSpan>();
    const store = () => history.takeUnsaved().forEach(span => stored.set(span.from, span));
    store();
    history.note('Answers', NOW - 8 * HOUR);
    store();
    history.note('Silent', NOW - 7 * HOUR);
    history.note('Answers', NOW - 6 * HOUR);
    store();
    expect([...stored.values()].map(({ state, from, to }) => [state, (NOW - from) / HOUR, (NOW - to) / HOUR])).toEqual([['Answers', 10, 7], ['Silent', 7, 6], ['Answers', 6, 6]]);
  });

  it('follows no clock that was put back', () => {
    const history = looked(['Answers', 2]);
    history.note('Answers', NOW - HOUR);
    history.note('Silent', NOW - 5 * HOUR);
    expect(history.takeUnsaved().map(({ from, to }) => to - from)).toEqual([HOUR, 0]);
  });

  it('does not grow without bound, nor tell more than fits a page', () => {
    const history = new History();
    for (let i = 0; i < 10_000; i++) history.note(i % 2 ? 'Silent' : 'Answers', NOW - DAY + i * 8_640);
    expect(history.takeUnsaved().length).toBeLessThanOrEqual(4_400);
    expect(history.lastDay(NOW)!.spans).toHaveLength(500);
    expect(history.lastDay(NOW)!.uptime24h).toBeCloseTo(0.5, 1);
  });
});
