import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { expireActivity } from './activity';
import { compactHistory } from './resources/compactHistory';
import { Database } from './sql/Database';
import { openTestStores, testbeds } from './testbed';
import type { Stores, Work } from './types';

jest.setTimeout(240_000);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TABLES = ['objects', 'object_labels', 'changes', 'decisions', 'decision_inputs', 'reservations', 'revisions', 'works', 'facts', 'reachability', 'activity', 'leases', 'settings', 'counter'];
/** Churn of a day, in steps; each is one application that comes, changes and goes. */
const STEPS = 2;
const LIMITS = { history: { keepMs: 5 * MINUTE, keepRows: 20 }, activity: { keepMs: 7 * DAY, keepRows: 30 } };

async function sizes(knex: Knex): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(TABLES.map(async table => [table, Number((await knex(table).count({ n: '*' }).first())!.n)])));
}

const workOf = (name: string, cluster: string, revision: string): Work => ({
  cluster, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name, clusterUid: `uid-${cluster}`, target: `Application/shop/${name}/api`, ownerUid: name,
  state: 'wanted', revision, wantedHash: revision, appliedHash: revision, memberUid: 'm', sent: true, error: '', since: 0,
});

/** One application and one cluster, from their coming to their going: everything the engine keeps of them is written and let go. */
async function liveAndDie(stores: Stores, name: string, now: number): Promise<void> {
  const { resources, decisions, revisions, works, facts, reachability, activity, leases } = stores;
  const holder = `process-${name}`;
  const fence = (await leases.acquire('engine', holder, 15))!;
  const key: ObjectKey = { group: 'apps.kurator.dev', resource: 'applications', namespace: 'shop', name };
  const object = (turn: number): KubeObject => ({ apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { name, namespace: 'shop', labels: { turn: String(turn) } }, spec: { turn } });
  let stored = await resources.create(key, object(0));
  const target = `Application/shop/${name}/api`;
  for (let turn = 1; turn <= 12; turn++) {
    stored = await resources.update(key, object(turn), stored.metadata.resourceVersion!);
    const decision = { target, targetUid: name, hash: `${name}-${turn}`, inputsHash: `inputs-${name}-${turn}`, decidedAt: now, body: { turn } };
    await decisions.save(decision, { turn, name }, [{ target, cluster: 'east', replicas: turn, requests: {} }], fence);
    await revisions.save(target, `r${turn}`, { turn }, fence);
  }
  await works.save([workOf(name, 'east', 'r12'), workOf(name, `cluster-${name}`, 'r12')], fence);
  await facts.save(`cluster-${name}`, { nodes: 3 }, now);
  await reachability.save(`cluster-${name}`, [{ state: 'Answers', from: now - 9, to: now }, { state: 'Silent', from: now, to: now }]);
  await reachability.save('one-that-stays', [{ state: 'Answers', from: now - 9, to: now }, { state: 'Silent', from: now, to: now }]);
  await activity.add(Array.from({ length: 3 }, () => ({ at: now, actor: 'user:default/lin', verb: 'update', group: key.group, resource: key.resource, namespace: 'shop', name, outcome: 'done' as const, why: '' })));
  await works.remove([workOf(name, 'east', ''), workOf(name, `cluster-${name}`, '')], fence);
  await decisions.remove(target, fence);
  await revisions.remove(target, fence);
  await facts.remove(`cluster-${name}`);
  await reachability.remove(`cluster-${name}`);
  await resources.remove(key, stored.metadata.resourceVersion!);
  await leases.release('engine', holder);
}

describe.each(testbeds.filter(({ name }) => name !== 'SQLite in a file'))('A month on $name', ({ make }) => {
  it('of applications and clusters that come, change and go leaves no table larger than its second week', async () => {
    const clock = { now: 1_780_000_000_000 };
    const { stores, knex, close } = await openTestStores(await make(), { now: () => clock.now, ...LIMITS, compactEveryMs: 3_600_000 });
    const database = new Database(knex);
    const byDay: Record<string, number>[] = [];
    for (let day = 0; day < 30; day++) {
      for (let step = 0; step < STEPS; step++) {
        clock.now += DAY / STEPS;
        await liveAndDie(stores, `app-${day}-${step}`, clock.now);
        await compactHistory(database, LIMITS.history, clock.now);
        await expireActivity(database, LIMITS.activity, clock.now);
      }
      byDay.push(await sizes(knex));
    }
    const most = (days: Record<string, number>[], table: string) => Math.max(...days.map(each => each[table]));
    const [second, rest] = [byDay.slice(7, 14), byDay.slice(14)];
    for (const table of TABLES) expect([table, most(rest, table)]).toEqual([table, most(second, table)]);
    // And they are what the limits say, and nothing of what went.
    const last = byDay[byDay.length - 1];
    expect(last).toMatchObject({ objects: 0, object_labels: 0, decisions: 0, decision_inputs: 0, reservations: 0, revisions: 0, works: 0, facts: 0, leases: 1, counter: 1, settings: 1 });
    expect([last.changes, last.activity]).toEqual([20, 30]);
    process.stdout.write(`after 30 days and ${30 * STEPS * 14} changes: ${JSON.stringify(last)}\n`);
    await close();
  });

  it('of history is cut while others write: no write waits for the whole of it', async () => {
    const { stores, knex, close } = await openTestStores(await make(), { compactEveryMs: 3_600_000 });
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { text: 'x'.repeat(1_000) } });
    const rows = 20_000;
    for (let from = 1; from <= rows; from += 200) {
      await knex('changes').insert(Array.from({ length: 200 }, (_, i) => ({ version: from + i, api_group: '', resource: 'configmaps', path: 'default/a', namespace: 'default', name: 'a', before_version: null, body_before: null, body_after: text, at: 0 })));
    }
    await knex('counter').update({ version: rows });
    const began = performance.now();
    let ended = false;
    const cutting = compactHistory(new Database(knex), { keepMs: 0, keepRows: 0 }, Date.now()).then(gone => {
      ended = true;
      return { gone, ms: performance.now() - began };
    });
    const waits: number[] = [];
    while (!ended) {
      const asked = performance.now();
      await stores.resources.create({ group: '', resource: 'configmaps', namespace: 'default', name: `w${waits.length}` }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `w${waits.length}` } });
      waits.push(performance.now() - asked);
    }
    const { gone, ms } = await cutting;
    const longest = Math.max(...waits);
    process.stdout.write(`${gone} changes cut in ${Math.round(ms)} ms while ${waits.length} writes came; the longest waited ${Math.round(longest)} ms\n`);
    expect(gone).toBeGreaterThanOrEqual(rows);
    // Each write waits for a batch or two, of forty.
    expect(waits.length).toBeGreaterThan(5);
    expect(longest).toBeLessThan(ms / 3);
    await close();
  });
});
