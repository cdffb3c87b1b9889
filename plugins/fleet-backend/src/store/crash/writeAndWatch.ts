import { writeSync } from 'node:fs';
import { StorageError } from '@flotilla/kube-api';
import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import { openStores } from '../openStores';
import { connectTo, testKeys } from '../testbed';
import type { Stores } from '../types';

/** A change: its version, the object's name and counter, and how long after it was asked for in the other process, in ms. */
export type Seen = [version: number, name: string, n: number, lagMs: number | null];

/** What a backend process of twoProcesses.test.ts says, one line of JSON each. */
export type Said =
  | { ready: true }
  /** An object's counter was raised to `n` by this process. */
  | { counted: string; n: number }
  | { written: number }
  /** Everything a watch from version 0 saw. */
  | { seen: Seen[] }
  | { leads: number; at: number }
  | { list: { pages: number; wrong: number } }
  | { failed: string };

export const RANGE = { group: '', resource: 'configmaps', namespace: 'default' };
const OBJECTS = 40;

/** Straight to the descriptor: a line that waits in a buffer of the process would die with it. */
const say = (line: Said) => writeSync(1, `${JSON.stringify(line)}\n`);
const keyOf = (name: string): ObjectKey => ({ ...RANGE, name });

/** Reads an object's counter and writes one more, until its own write wins: as every client with optimistic concurrency does. */
async function countUp({ resources }: Stores, name: string): Promise<void> {
  for (;;) {
    try {
      const found = await resources.get(keyOf(name));
      const n = Number(found?.data.n ?? 0) + 1;
      const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { n: String(n), at: String(Date.now()), by: String(process.pid) } };
      await (found ? resources.update(keyOf(name), object, found.metadata.resourceVersion!) : resources.create(keyOf(name), object));
      say({ counted: name, n });
      return;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }
}

async function write(stores: Stores, writes: number): Promise<void> {
  const writers = 8;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let turn = 0; turn < writes / writers; turn++) await countUp(stores, `n${(turn * 7 + writer * 5) % OBJECTS}`);
    }),
  );
  say({ written: writes });
}

/** Sees every change from the beginning, until it was told of `upTo` of them. */
async function watch({ resources }: Stores, upTo: number): Promise<void> {
  const seen: Seen[] = [];
  for await (const change of resources.changes(RANGE, '0', new AbortController().signal)) {
    if ('bookmark' in change) continue;
    const { n, at, by } = change.after!.data;
    seen.push([change.version, change.key.name, Number(n), by === String(process.pid) ? null : Date.now() - Number(at)]);
    if (seen.length === upTo) break;
  }
  say({ seen });
}

/** Lists in small pages while all the writing goes on: the pages of one list are of one version, whole and in order. */
async function list({ resources }: Stores, stop: AbortSignal): Promise<void> {
  let pages = 0;
  let wrong = 0;
  while (!stop.aborted) {
    const whole = await resources.list(RANGE);
    const items: KubeObject[] = [];
    let page = await resources.list(RANGE, { limit: 7 });
    const version = page.resourceVersion;
    items.push(...page.items);
    while (page.continue) {
      await new Promise(resolve => setTimeout(resolve, 5));
      page = await resources.list(RANGE, { limit: 7, continue: page.continue });
      if (page.resourceVersion !== version) wrong += 1;
      items.push(...page.items);
      pages += 1;
    }
    const names = items.map(each => each.metadata.name!);
    const newer = items.some(each => Number(each.metadata.resourceVersion) > Number(version));
    if (newer || names.length < whole.items.length || String(names) !== String([...names].sort())) wrong += 1;
  }
  say({ list: { pages, wrong } });
}

/** Tries for the engine's lease and, while it holds it, records under its fence, as the engine does. */
async function lead({ leases, revisions }: Stores): Promise<void> {
  const me = `process-${process.pid}`;
  for (let turn = 0; ; turn++) {
    const fence = await leases.acquire('engine', me, 1);
    if (fence) {
      await revisions.save('t', `${fence.epoch}-${turn}`, { by: process.pid }, fence);
      say({ leads: fence.epoch, at: Date.now() });
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

async function main([, , address, task, amount]: string[]): Promise<void> {
  const stores = await openStores({ knex: connectTo(address), encryption: testKeys, now: Date.now, signal: new AbortController().signal });
  say({ ready: true });
  if (task === 'lead') return lead(stores);
  const writes = Number(amount);
  const stop = new AbortController();
  const listing = list(stores, stop.signal);
  await Promise.all([write(stores, writes).finally(() => stop.abort()), watch(stores, 2 * writes), watch(stores, 2 * writes), listing]);
  return process.exit(0);
}

if (require.main === module) {
  main(process.argv).catch(error => {
    say({ failed: String(error?.stack) });
    process.exit(1);
  });
}
