import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import { openStores } from '../openStores';
import { sqlite, testKeys } from '../testbed';
import type { Fence, Stores } from '../types';
import { inconsistencies } from './inconsistencies';
import { expectKept, writeAndKill } from './writeAndKill';
import type { Acknowledged } from './writeUntilKilled';

/** Each round starts a process, about a second; the nightly run kills more often. */
const ROUNDS = Number(process.env.FLEET_KILL_ROUNDS ?? 10);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it(`${ROUNDS} times killed while it writes, the store keeps all it acknowledged, and nothing by half`, async () => {
  const file = join(folder, 'fleet.sqlite');
  const acknowledged: Acknowledged[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await writeAndKill(file, Math.random() * 120)));
    await expectKept(file, acknowledged);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * 2);
}, 240_000);

const KEY: ObjectKey = { group: '', resource: 'secrets', namespace: 'default', name: 'a' };
const object = (app: string): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', labels: { app } }, data: { app } });

/** Each write once, as steps; `state` is what a reader sees of it all. */
const steps: ((stores: Stores, fence: Fence) => Promise<unknown>)[] = [
  ({ resources }) => resources.create(KEY, object('one')),
  async ({ resources }) => resources.update(KEY, object('two'), (await resources.get(KEY))!.metadata.resourceVersion!),
  async ({ resources }) => resources.remove(KEY, (await resources.get(KEY))!.metadata.resourceVersion!),
  ({ decisions }, fence) =>
    decisions.save({ target: 't', targetUid: 'u', hash: 'h', inputsHash: 'i', decidedAt: 1, body: {} }, {}, [{ target: 't', cluster: 'c', replicas: 1, requests: {} }], fence),
  ({ revisions }, fence) => revisions.save('t', 'r', { a: 1 }, fence),
  ({ decisions }, fence) => decisions.remove('t', fence),
  ({ facts }) => facts.save('east', { nodes: 1 }, 1),
  ({ leases }) => leases.release('loop', 'p'),
];
async function state({ resources, decisions, revisions, facts, leases }: Stores): Promise<string> {
  const objects = await resources.list({ group: '', resource: 'secrets' });
  const held = (await leases.acquire('loop', 'q', 1)) === undefined;
  return JSON.stringify([objects, await decisions.latest('t'), await decisions.reservations(), await revisions.get('t', 'r'), await facts.load(), held]);
}

/** The files as a process killed at this moment leaves them. */
function copyAsKilled(file: string, to: string): string {
  for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, to + end);
  return to;
}

it('killed before or after any statement, each write is there whole or not at all', async () => {
  const file = join(folder, 'fleet.sqlite');
  const points: { name: string; copy: string; step: number }[] = [];
  let step = -1;
  const onStatement = (statement: string, when: 'before' | 'after') => {
    if (step >= 0) points.push({ name: `${when} ${statement}`, step, copy: copyAsKilled(file, join(folder, `killed-${points.length}`)) });
  };
  const knex = sqlite(file);
  const options = { encryption: testKeys, now: () => 1_000, signal: new AbortController().signal };
  const stores = await openStores({ ...options, knex, onStatement });
  const fence = (await stores.leases.acquire('loop', 'p', 3_600))!;
  const reached: string[] = [];
  const stateOf = async (copy: string) => {
    const copied = sqlite(copy);
    const reopened = await openStores({ ...options, knex: copied });
    expect(await inconsistencies(copied)).toEqual([]);
    const seen = await state(reopened);
    await reopened.close();
    await copied.destroy();
    return seen;
  };
  for (const [at, run] of steps.entries()) {
    reached.push(await stateOf(copyAsKilled(file, join(folder, `before-${at}`))));
    step = at;
    await run(stores, fence);
    step = -1;
  }
  reached.push(await stateOf(copyAsKilled(file, join(folder, 'end'))));
  await stores.close();
  await knex.destroy();

  expect(new Set(reached).size).toBe(steps.length + 1);
  const statements = points.map(({ name }) => name);
  for (const name of ['objects.insert', 'objects.delete', 'changes.insert', 'counter.update', 'reservations.delete', 'leases.release', 'resources: commit']) {
    expect(statements).toEqual(expect.arrayContaining([`before ${name}`, `after ${name}`]));
  }
  for (const { name, copy, step: at } of points) {
    const seen = await stateOf(copy);
    const done = reached.indexOf(seen) === at + 1;
    // Only the commit itself makes a write visible; what comes after it finds it there.
    expect([name, at, done || reached.indexOf(seen) === at]).toEqual([name, at, true]);
    if (name.startsWith('after') && name.endsWith('commit')) expect([name, at, done]).toEqual([name, at, true]);
    if (name.startsWith('before') && name.endsWith('commit')) expect([name, at, done]).toEqual([name, at, false]);
  }
}, 120_000);
