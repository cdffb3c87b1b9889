import type { Activity } from '../store/types';
import { AuditTrail } from './auditTrail';

const entry = (name: string) => ({ name }) as Activity;
const names = (calls: Activity[][]) => calls.map(entries => entries.map(({ name }) => name));

describe('the audit trail', () => {
  let written: Activity[][];
  const lost: number[] = [];
  const trailOf = (add = async (entries: Activity[]) => void written.push(entries)) => new AuditTrail({ add }, (_error, count) => lost.push(count));

  beforeEach(() => {
    written = [];
    lost.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('writes what comes in one moment together, in order, a moment later', async () => {
    const trail = trailOf();
    ['a', 'b'].forEach(name => trail.record(entry(name)));
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    trail.record(entry('c'));
    await jest.advanceTimersByTimeAsync(100);
    expect(names(written)).toEqual([['a', 'b'], ['c']]);
  });

  it('does not let a burst pile up', async () => {
    const trail = trailOf();
    for (let i = 0; i < 500; i += 1) trail.record(entry(String(i)));
    await jest.advanceTimersByTimeAsync(0);
    expect(written.map(each => each.length)).toEqual([500]);
  });

  it('writes the rest when it ends, after what is being written', async () => {
    let release: () => void = () => undefined;
    const trail = trailOf(async entries => {
      if (entries[0].name === 'slow') await new Promise<void>(resolve => (release = resolve));
      written.push(entries);
    });
    trail.record(entry('slow'));
    await jest.advanceTimersByTimeAsync(100);
    trail.record(entry('last'));
    const ended = trail.flush();
    release();
    await ended;
    expect(names(written)).toEqual([['slow'], ['last']]);
  });

  it('says how many were lost, and goes on', async () => {
    let fails = true;
    const trail = trailOf(async entries => {
      if (fails) throw new Error('no disk');
      written.push(entries);
    });
    trail.record(entry('a'));
    await trail.flush();
    fails = false;
    trail.record(entry('b'));
    await trail.flush();
    expect([lost, names(written)]).toEqual([[1], [['b']]]);
  });
});
