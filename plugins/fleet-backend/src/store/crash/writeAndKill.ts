import { spawn } from 'node:child_process';
import { openStores } from '../openStores';
import { connectTo, testKeys } from '../testbed';
import { inconsistencies } from './inconsistencies';
import { TARGET } from './writeUntilKilled';
import type { Acknowledged } from './writeUntilKilled';

/**
 * Runs a process that writes to a database, kills it, and gives what it had acknowledged by then.
 *
 * @param address - see connectTo
 * @param afterMs - how long after it is ready, in milliseconds; but not before its first acknowledgement
 */
export async function writeAndKill(address: string, afterMs: number): Promise<Acknowledged[]> {
  const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');
  const child = spawn(process.execPath, ['--no-warnings', '--require', transform, require.resolve('./writeUntilKilled'), address], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let wrong = '';
  let due = false;
  // Not before it has written something, however slow the machine is.
  const killIfDue = () => due && said.split('\n').length > 2 && child.kill('SIGKILL');
  child.stderr.on('data', chunk => (wrong += chunk));
  child.stdout.on('data', chunk => {
    const began = said === '';
    said += chunk;
    if (began) setTimeout(() => (due = true) && killIfDue(), afterMs);
    killIfDue();
  });
  await new Promise(resolve => child.once('close', resolve));
  if (wrong) throw new Error(wrong);
  // The last line may be cut.
  return said.split('\n').slice(0, -1).map(line => JSON.parse(line));
}

/** Opens the database as a restart does, and holds it against what was acknowledged. */
export async function expectKept(address: string, acknowledged: Acknowledged[]): Promise<void> {
  const knex = connectTo(address);
  const stores = await openStores({ knex, encryption: testKeys, now: Date.now, signal: new AbortController().signal });
  expect(await inconsistencies(knex)).toEqual([]);
  const keys = new Map((await knex('changes').select('version', 'resource', 'path')).map(row => [Number(row.version), `${row.resource} ${row.path}`]));
  let [decided, worked] = [0, 0];
  for (const each of acknowledged) {
    if (each === 'ready') continue;
    if ('version' in each) expect([each.version, keys.get(each.version)]).toEqual([each.version, `${each.key.resource} ${each.key.namespace}/${each.key.name}`]);
    else if ('decision' in each) decided = Math.max(decided, each.decision);
    else worked = Math.max(worked, each.works);
  }
  const latest = ((await stores.decisions.latest(TARGET))?.body as { n: number } | undefined)?.n ?? 0;
  expect(latest).toBeGreaterThanOrEqual(decided);
  expect((await stores.decisions.reservations()).map(each => each.replicas)).toEqual(latest ? [latest] : []);
  const revisions = new Set((await stores.works.byTarget(TARGET)).map(each => Number(each.revision)));
  expect(revisions.size).toBeLessThanOrEqual(1);
  expect([...revisions][0] ?? 0).toBeGreaterThanOrEqual(worked);
  await stores.close();
  await knex.destroy();
}

