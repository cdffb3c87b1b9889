import { VirtualClock } from '../observe/testing/VirtualClock';
import { ReconcileLoop, type Result } from './ReconcileLoop';

/** A loop on a virtual clock; each key's work lasts `lasts` ms. */
function aLoop(work: (key: string) => Result | void = () => undefined, { workers = 2, lasts = 10 } = {}) {
  const clock = new VirtualClock();
  const advance = clock.advance.bind(clock);
  // In small steps: a key begins in a turn of its own, at the time at which it was woken.
  clock.advance = async ms => {
    for (let passed = 0; passed < ms; passed += 1) {
      await new Promise(resolve => setImmediate(resolve));
      await advance(1);
    }
  };
  const log: string[] = [];
  const running = new Set<string>();
  let most = 0;
  const loop = new ReconcileLoop({
    clock,
    workers,
    onFault: (key, error, attempt) => log.push(`fault ${key} ${attempt}: ${(error as Error).message}`),
    async reconcile(key) {
      if (running.has(key)) log.push(`twice ${key}`);
      running.add(key);
      most = Math.max(most, running.size);
      log.push(`${key}@${clock.now() - 1_800_000_000_000}`);
      await new Promise<void>(resolve => clock.after(lasts, resolve));
      running.delete(key);
      return work(key);
    },
  });
  return { loop, clock, log, most: () => most };
}

it('a key that waits is there once, however often it was added', async () => {
  const { loop, clock, log } = aLoop(undefined, { workers: 1 });
  for (const key of ['a', 'b', 'b', 'b']) loop.add(key);
  await clock.advance(100);
  expect(log).toEqual(['a@0', 'b@10']);
});

it('a key added while it is worked on is worked on again afterwards, once, and never twice at a time', async () => {
  const { loop, clock, log } = aLoop();
  loop.add('a');
  await clock.advance(5);
  loop.add('a');
  loop.add('a');
  await clock.advance(100);
  expect(log).toEqual(['a@0', 'a@10']);
});

it('so many keys are worked on at once as there are workers', async () => {
  const { loop, clock, log, most } = aLoop(undefined, { workers: 2 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) loop.add(key);
  await clock.advance(100);
  expect([log.length, most()]).toEqual([5, 2]);
});

it('a result says when to look again', async () => {
  const { loop, clock, log } = aLoop(() => ({ again: 1_000 }));
  loop.add('a');
  await clock.advance(2_500);
  expect(log).toEqual(['a@0', 'a@1010', 'a@2020']);
});

it('of two waits the earlier holds', async () => {
  const { loop, clock, log } = aLoop();
  loop.addAfter('a', 500);
  loop.addAfter('a', 200);
  loop.addAfter('a', 900);
  await clock.advance(2_000);
  expect(log).toEqual(['a@200']);
});

it('a key that is woken does not wait any longer', async () => {
  const { loop, clock, log } = aLoop();
  loop.addAfter('a', 500);
  loop.add('a');
  await clock.advance(2_000);
  expect(log).toEqual(['a@0']);
});

it('a throw is a fault, tried again with back-off up to the longest, and forgotten after a success', async () => {
  let bad = 3;
  const { loop, clock, log } = aLoop(key => {
    if (key === 'a' && bad-- > 0) throw new Error('no');
  });
  loop.add('a');
  loop.add('b');
  await clock.advance(5_000);
  expect(log).toEqual(['a@0', 'b@0', 'fault a 1: no', 'a@210', 'fault a 2: no', 'a@620', 'fault a 3: no', 'a@1430']);
  bad = 1;
  loop.add('a');
  await clock.advance(1_000);
  expect(log).toContain('fault a 1: no');
});

it('stop lets what is in work end, and takes nothing more', async () => {
  const { loop, clock, log } = aLoop(() => ({ again: 10 }), { workers: 1 });
  loop.add('a');
  loop.add('b');
  await clock.advance(1);
  const stopping = loop.stop();
  loop.add('c');
  await clock.advance(1_000);
  await stopping;
  expect(log).toEqual(['a@0']);
});

it('what is wished for goes before looks at what came of it, but for one look in four', async () => {
  const { loop, clock, log } = aLoop(undefined, { workers: 1 });
  loop.add('busy');
  for (const key of ['look-1', 'look-2', 'look-3']) loop.addAfter(key, 0);
  await clock.advance(5);
  expect(loop.crowded).toBe(false);
  for (let i = 1; i <= 6; i += 1) loop.add(`wish-${i}`);
  expect(loop.crowded).toBe(true);
  await clock.advance(200);
  expect(log.map(each => each.split('@')[0])).toEqual(['busy', 'wish-1', 'wish-2', 'look-1', 'wish-3', 'wish-4', 'wish-5', 'look-2', 'wish-6', 'look-3']);
});

it('a look that is wished for meanwhile goes with the wishes, once', async () => {
  const { loop, clock, log } = aLoop(undefined, { workers: 1 });
  loop.add('busy');
  for (const key of ['a', 'b']) loop.addAfter(key, 0);
  await clock.advance(5);
  loop.add('b');
  loop.addAfter('b', 0);
  await clock.advance(200);
  expect(log.map(each => each.split('@')[0])).toEqual(['busy', 'b', 'a']);
});
