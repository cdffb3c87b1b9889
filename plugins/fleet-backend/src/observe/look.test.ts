import type { Outcome } from '../clusters/types';
import { look } from './look';
import { VirtualClock } from './testing/VirtualClock';

type Said = 'lost' | 'hangs' | number;
const LIMIT_MS = 2_000;

/** A look at a cluster whose tries end so: lost at once, never answered, or answered after so many ms. */
function looking(said: Said[], { once = false, pace = 1 } = {}) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const began = clock.now();
  const asked: number[] = [];
  const open = new Set<number>();
  const ask = async (signal: AbortSignal): Promise<Outcome<string>> => {
    const n = asked.length;
    asked.push(clock.now() - began);
    open.add(n);
    const ms = said[n] === 'lost' ? 0 : said[n] === 'hangs' ? LIMIT_MS : (said[n] as number);
    await new Promise<void>(resolve => {
      clock.after(ms, resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    open.delete(n);
    if (signal.aborted) return { ok: false, reason: 'Cancelled', because: '', ms };
    return typeof said[n] === 'number' ? { ok: true, value: `answer ${n}`, ms } : { ok: false, reason: said[n] === 'lost' ? 'Unreachable' : 'TimedOut', because: '', ms };
  };
  const found: { outcome?: Outcome<string>; at?: number } = {};
  const done = look(ask, { clock, pace, once, signal: stop.signal }).then(outcome => Object.assign(found, { outcome, at: clock.now() - began }));
  return { clock, stop, asked, open, found, done };
}

const six = (each: Said): Said[] => Array(6).fill(each);

describe('one look at a cluster', () => {
  it('asks once where the answer comes', async () => {
    const { clock, asked, found } = looking([900]);
    await clock.advance(10_000);
    expect([found.outcome!.ok, found.at, asked]).toEqual([true, 900, [0]]);
  });

  it('asks again where an answer was lost, and takes the first that comes', async () => {
    const { clock, asked, found } = looking(['lost', 'lost', 'lost', 'lost', 'lost', 60]);
    await clock.advance(10_000);
    expect(found.outcome).toMatchObject({ ok: true, value: 'answer 5' });
    expect(asked).toEqual([0, 400, 800, 1_200, 1_600, 2_000]);
  });

  it('says that it is silent only when all six tries failed, after 2 s where it refuses and 5 s where it hangs', async () => {
    const refusing = looking(six('lost'));
    const hanging = looking(six('hangs'));
    await Promise.all([refusing.clock.advance(10_000), hanging.clock.advance(10_000)]);
    expect([refusing.found.outcome, refusing.found.at]).toMatchObject([{ ok: false, reason: 'Unreachable' }, 2_000]);
    expect([hanging.found.outcome, hanging.found.at]).toMatchObject([{ ok: false, reason: 'TimedOut' }, 4_600]);
    expect(hanging.asked).toHaveLength(6);
  });

  it('waits for a late answer, though it asked again beside it, and then lets go of the others', async () => {
    const { clock, asked, open, found } = looking([1_500, 'hangs', 'hangs']);
    await clock.advance(1_500);
    expect(found.outcome).toMatchObject({ ok: true, value: 'answer 0' });
    expect(asked).toEqual([0, 1_000, 1_400]);
    await clock.advance(10_000);
    expect([open.size, asked.length]).toEqual([0, 3]);
  });

  it('asks a cluster that was silent before only once', async () => {
    const { clock, asked, found } = looking(['lost'], { once: true });
    await clock.advance(10_000);
    expect([found.outcome!.ok, asked.length]).toEqual([false, 1]);
  });

  it('is quicker where clusters are looked at more often', async () => {
    const { clock, found } = looking(six('lost'), { pace: 0.1 });
    await clock.advance(10_000);
    expect(found.at).toBe(200);
  });

  it('ends with its signal, and nothing is asked after that', async () => {
    const { clock, stop, asked, found, open } = looking(six('hangs'));
    await clock.advance(1_200);
    stop.abort();
    await clock.advance(10_000);
    expect([found.outcome!.ok, asked.length, open.size]).toEqual([false, 2, 0]);
  });
});
