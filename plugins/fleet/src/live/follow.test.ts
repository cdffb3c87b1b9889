import { Follower, type Live } from './follow';
import { shareUnchanged } from './shareUnchanged';

interface View {
  version: string;
  now: number;
  rows: { id: string; value: number }[];
}

const answers = (statusCode: number) => Object.assign(new Error(String(statusCode)), { statusCode });

function follow({ socket = true } = {}) {
  const seen: Live<View>[] = [];
  const state = { version: 1, failing: undefined as Error | undefined, reads: 0 };
  let signal = (_version: string) => {};
  const subscribe = (listener: typeof signal) => {
    signal = listener;
    return () => {
      signal = () => {};
    };
  };
  const follower = new Follower<View>({
    read: async () => {
      state.reads += 1;
      if (state.failing) throw state.failing;
      return { version: String(state.version), now: Date.now() + 5_000, rows: [{ id: 'a', value: 1 }, { id: 'b', value: state.version }] };
    },
    onSignal: socket ? subscribe : undefined,
    onChange: live => seen.push(live),
  });
  return { follower, state, seen, last: () => seen[seen.length - 1], change: () => signal(String(++state.version)), pass: (ms: number) => jest.advanceTimersByTimeAsync(ms) };
}

function hide(hidden: boolean) {
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('Follower', () => {
  let following: ReturnType<typeof follow>;
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    following.follower.stop();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('answers many signals within half a second by one read, and keeps rows that did not change', async () => {
    following = follow();
    await following.pass(0);
    const [before] = following.last().data!.rows;
    for (let count = 0; count < 5; count++) following.change();
    expect(following.last().following).toBe('catchingUp');
    await following.pass(500);
    expect(following.state.reads).toBe(2);
    expect(following.last()).toMatchObject({ following: 'live', ahead: 5_000, data: { rows: [{ value: 1 }, { value: 6 }] } });
    expect(following.last().data!.rows[0]).toBe(before);
  });

  it('reads every 10 s without a socket, and says so', async () => {
    following = follow({ socket: false });
    await following.pass(0);
    expect(following.last().following).toBe('polling');
    await following.pass(30_000);
    expect(following.state.reads).toBe(4);
  });

  it('takes the socket for lost when changes come without signals, and for mended at the next signal', async () => {
    following = follow();
    await following.pass(0);
    for (let count = 0; count < 2; count++) {
      following.state.version += 1;
      await following.pass(30_000);
    }
    expect(following.last().following).toBe('polling');
    following.change();
    await following.pass(500);
    expect(following.last().following).toBe('live');
  });

  it('stops in a hidden tab and reads once when it is looked at again', async () => {
    following = follow();
    await following.pass(0);
    hide(true);
    following.change();
    await following.pass(120_000);
    expect(following.state.reads).toBe(1);
    hide(false);
    await following.pass(0);
    expect(following.state.reads).toBe(2);
  });

  it('keeps what it has when reading fails, tries again ever more slowly, and says when', async () => {
    following = follow();
    await following.pass(0);
    following.state.failing = answers(503);
    following.change();
    await following.pass(500);
    expect(following.last()).toMatchObject({ following: 'stopped', data: { version: '1' }, problem: { tried: 1 } });
    await following.pass(1_000 + 2_000);
    expect(following.last().problem!.tried).toBe(3);
    following.state.failing = undefined;
    await following.pass(4_000);
    expect(following.last()).toMatchObject({ following: 'live', data: { version: '2' } });
    expect(following.last().problem).toBeUndefined();
  });

  it('does not ask again for what is forbidden or gone, and shows nothing of it any more', async () => {
    following = follow();
    await following.pass(0);
    following.state.failing = answers(403);
    following.change();
    await following.pass(500);
    expect(following.last()).toMatchObject({ following: 'stopped', data: undefined });
    await following.pass(120_000);
    expect(following.state.reads).toBe(2);
  });
});

describe('shareUnchanged', () => {
  it('finds rows again by id after others moved, and keeps the whole where all is equal', () => {
    const before = { rows: [{ id: 'a', at: { x: 1 } }, { id: 'b', at: { x: 2 } }] };
    const moved = shareUnchanged(before, { rows: [{ id: 'b', at: { x: 2 } }, { id: 'a', at: { x: 3 } }] });
    expect(moved.rows[0]).toBe(before.rows[1]);
    expect(moved.rows[1]).toEqual({ id: 'a', at: { x: 3 } });
    expect(shareUnchanged(before, structuredClone(before))).toBe(before);
    expect(shareUnchanged(before, { rows: [] })).toEqual({ rows: [] });
  });
});
