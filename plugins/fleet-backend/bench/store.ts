/* eslint-disable no-console */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import knexFactory from 'knex';
import { openStores } from '../src/store/openStores';
import type { Stores } from '../src/store/types';

/**
 * How fast the store is with 2 kB objects, and how long it holds up the event loop.
 * SQLite in a file, or PostgreSQL with `--postgres postgresql://…` (an empty database).
 */
const { values } = parseArgs({ options: { objects: { type: 'string', default: '10000' }, postgres: { type: 'string' }, out: { type: 'string' } } });
const OBJECTS = Number(values.objects);
const RANGE = { group: '', resource: 'configmaps' };

interface Figure {
  figure: string;
  value: number;
  unit: string;
  target?: string;
  met?: boolean;
  comparedTo?: string;
  load: number;
  seed: number;
}
const figures: Figure[] = [];

const keyOf = (n: number): ObjectKey => ({ ...RANGE, namespace: `space-${n % 20}`, name: `object-${n}` });

function objectOf(n: number): KubeObject {
  const { namespace, name } = keyOf(n);
  const labels = { app: `app-${n % 50}`, tier: n % 2 ? 'front' : 'back' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, uid: `uid-${n}`, labels }, data: { text: 'x'.repeat(1_850) } };
}

async function measure(figure: string, count: number, work: () => Promise<unknown>, least?: number): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  delay.disable();
  const load = Number(loadavg()[0].toFixed(1));
  const rate = Math.round(count / seconds);
  figures.push({ figure, value: rate, unit: '1/s', ...(least ? { target: `≥ ${least}`, met: rate >= least } : {}), load, seed: 0 });
  const p99 = Number((delay.percentile(99) / 1e6).toFixed(1));
  figures.push({ figure: `${figure}: event-loop delay p99`, value: p99, unit: 'ms', target: '≤ 50', met: p99 <= 50, load, seed: 0 });
}

async function inParallel(clients: number, count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

async function pages(stores: Stores): Promise<void> {
  let token: string | undefined;
  do token = (await stores.resources.list(RANGE, { limit: 500, continue: token })).continue;
  while (token);
}

async function bench(stores: Stores): Promise<void> {
  const { resources } = stores;
  const create = (n: number) => resources.create(keyOf(n), objectOf(n));
  await measure('creates, 64 at once', OBJECTS, () => inParallel(64, OBJECTS, create), 2_000);
  const some = Math.min(1_000, OBJECTS);
  await measure('creates, 1 client', some, () => inParallel(1, some, n => create(OBJECTS + n)));
  await measure('gets, 1 client', some * 5, () => inParallel(1, some * 5, n => resources.get(keyOf(n % OBJECTS))));
  await measure('gets, 16 clients', some * 5, () => inParallel(16, some * 5, n => resources.get(keyOf((n * 7) % OBJECTS))));
  await measure('updates, 16 clients', some, () =>
    inParallel(16, some, async n => {
      const found = (await resources.get(keyOf(n)))!;
      await resources.update(keyOf(n), { ...found, data: { text: 'y' } }, found.metadata.resourceVersion!);
    }),
  );
  await measure('objects listed, pages of 500', OBJECTS + some, () => pages(stores));
  await measure('objects listed at once', OBJECTS + some, () => resources.list(RANGE));
  await measure('objects listed by label', OBJECTS / 50, () => resources.list(RANGE, { labels: [{ key: 'app', operator: 'In', values: ['app-7'] }] }));
  await watchers(stores, 50, some);
}

/** Writes while many watch; counts what arrives. */
async function watchers({ resources }: Stores, count: number, writes: number): Promise<void> {
  const since = await resources.version();
  const stop = new AbortController();
  await measure(`changes delivered to ${count} watchers`, count * writes, async () => {
    const watching = Array.from({ length: count }, async () => {
      let seen = 0;
      for await (const each of resources.changes(RANGE, since, stop.signal)) if ('version' in each && ++seen === writes) return;
    });
    await inParallel(4, writes, n => resources.create(keyOf(10 * OBJECTS + n), objectOf(n)));
    await Promise.all(watching);
  });
  stop.abort();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  const knex = values.postgres
    ? knexFactory({ client: 'pg', connection: values.postgres })
    : knexFactory({ client: 'better-sqlite3', connection: { filename: join(folder, 'fleet.sqlite') }, useNullAsDefault: true });
  const stop = new AbortController();
  try {
    const encryption = { keys: [{ id: 'bench', key: Buffer.alloc(32, 7) }] };
    const stores = await openStores({ knex, encryption, now: Date.now, signal: stop.signal });
    await bench(stores);
    stop.abort();
    await stores.close();
  } finally {
    await knex.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
  console.table(figures.map(({ seed: _, ...row }) => row));
  if (values.out) {
    mkdirSync(join(values.out, '..'), { recursive: true });
    writeFileSync(values.out, `${JSON.stringify(figures, null, 2)}\n`);
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
