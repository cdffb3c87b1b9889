import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StatementHook } from '../../store/sql/Database';
import { sqlite } from '../../store/testbed';
import { Member, type MemberState } from '../testing/Member';
import { testCertificates } from '../testing/scene';
import { aStart } from '../testing/shop';
import { TestHub, until } from '../testing/TestHub';
import { bytesOf, layDown, Recording, removeDatabase, type Remains } from './recording';
import { app, play, prepare, type Scenario } from './scenario';

/** How many cases of each scenario are restarted, spread over all that were found: a number, or `all`, as the nightly run does. */
const TRIED = process.env.FLEET_CRASH_POINTS ?? '12';
/** How often each scenario is recorded: first undisturbed, then with a hub that pauses at random, so that other steps come between. */
const RUNS = Number(process.env.FLEET_CRASH_RUNS ?? 1);
/** How many hubs of each scenario are really killed. Each is a process that loads the whole backend first. */
const KILLS = Number(process.env.FLEET_CRASH_KILLS ?? 2);
jest.setTimeout(TRIED === 'all' ? 2 * 3_600_000 : 300_000);

/** A hub that has joined both clusters, ended in good order, and its clusters: every run begins from here. */
let beginning: { bytes: Buffer[]; members: MemberState[] };
let folder: string;
let members: Member[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-kill-'));
  members = await Promise.all(['a', 'b'].map(async name => Member.open(name, await testCertificates())));
  const file = join(folder, 'beginning.sqlite');
  await withHub(file, async hub => {
    await hub.apply(...aStart(members));
    await until(() => members.every(({ name }) => hub.observer.seen(name)?.nodes !== undefined), 30_000);
  });
  beginning = { bytes: bytesOf(file), members: members.map(member => member.state()) };
});
afterAll(async () => {
  await Promise.all(members.map(member => member.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function withHub<T>(file: string, work: (hub: TestHub) => Promise<T>, point?: StatementHook): Promise<T> {
  const knex = sqlite(file);
  const hub = await TestHub.open({ knex, trace: point, onStatement: point });
  try {
    return await work(hub);
  } finally {
    await hub.close();
    await knex.destroy();
  }
}

const putBack = (states: MemberState[]) => Promise.all(members.map((member, i) => member.putBack(states[i])));

/** A database at the beginning, and the members too. */
async function begin(name: string): Promise<string> {
  const file = join(folder, `${name}.sqlite`);
  layDown(beginning.bytes, file);
  await putBack(beginning.members);
  return file;
}

const pauseAtRandom = () => (Math.random() < 0.1 ? new Promise<void>(resolve => setTimeout(resolve, Math.random() * 20)) : undefined);

/** Goes through a scenario, and keeps what a kill would have left at each point of it. */
async function record(scenario: Scenario, run: number): Promise<Recording> {
  const file = await begin(`${scenario}-${run}`);
  const recording = new Recording(file, members);
  let armed = false;
  const point = (name: string, when: 'before' | 'after') => {
    if (!armed) return undefined;
    recording.take(`${when} ${name}`);
    return run === 0 ? undefined : pauseAtRandom();
  };
  await withHub(file, async hub => {
    await prepare(hub, scenario);
    armed = true;
    await play(hub, scenario);
    armed = false;
  }, point);
  return recording;
}

/** A hub as a process of its own, on this database, until it kills itself at the point. */
async function kill(file: string, scenario: Scenario, point: string): Promise<void> {
  const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');
  const child = spawn(process.execPath, ['--no-warnings', '--require', transform, require.resolve('./playUntilKilled'), file, scenario, point], { stdio: ['ignore', 'ignore', 'pipe'] });
  let wrong = '';
  child.stderr.on('data', chunk => (wrong += chunk));
  const [code, signal] = await new Promise<unknown[]>(resolve => child.once('close', (...how) => resolve(how)));
  expect({ code, signal, wrong }).toEqual({ code: null, signal: 'SIGKILL', wrong: '' });
}

const published = async (hub: TestHub) => (await hub.stores.resources.list({ group: 'scheduling.kurator.dev', resource: 'placementdecisions' })).items;

/** Everything that must be the same however often the hub was killed; UIDs and times apart. */
async function endState(hub: TestHub): Promise<Record<string, any>> {
  const stored = await hub.get(app('one'));
  const works = await hub.stores.works.all();
  const targets = ['api', 'train'].map(component => `Application/shop/web/${component}`);
  const live = await Promise.all(works.map(async work => (await members.find(each => each.name === work.cluster)!.get(work.apiVersion, work.kind, work.namespace, work.name))?.metadata.uid));
  return {
    created: Object.fromEntries(members.map(member => [member.name, member.created.filter(each => each.includes('shop')).map(each => each.replace(/-[0-9a-f]{10}$/, '-hash')).sort()])),
    left: await Promise.all(members.map(async member => (await member.storage.list({ group: 'apps', resource: 'deployments', namespace: 'shop' })).items.length)),
    works: works.map((work, i) => [work.cluster, work.kind, work.state, work.appliedHash === work.wantedHash, work.memberUid === live[i], work.error].join(' ')).sort(),
    conditions: (stored?.status?.conditions ?? []).map(({ type, status, reason }: any) => `${type} ${status} ${reason}`).sort(),
    components: (stored?.status?.components ?? []).map(({ name, ready, clusters }: any) => [name, ready, ...clusters.map((each: any) => `${each.name} ${each.state} ${each.replicas}`)]),
    finalizers: stored?.metadata.finalizers,
    decided: await Promise.all(targets.map(async target => (await hub.stores.decisions.history(target)).length)),
    published: (await published(hub)).map(item => `${item.metadata.name} ${item.status?.verdicts?.length}`).sort(),
    reservations: (await hub.stores.decisions.reservations()).map(each => `${each.cluster} ${each.replicas}`).sort(),
  };
}

/** Until nothing was written in the hub or in a member for a while: what is done twice is often done late. */
async function quiet(hub: TestHub): Promise<void> {
  const versions = async () => String(await Promise.all([hub.stores, ...members].map(each => ('resources' in each ? each.resources : each.storage).version())));
  let before: string;
  do {
    before = await versions();
    await new Promise(resolve => setTimeout(resolve, 100));
  } while (before !== (await versions()));
}

/**
 * A new process on what the killed one left, here in this process: it ends the scenario, and what came of it is read.
 * It is waited for until it `is` as it should be: a busy machine is silent for a while in the middle of the work, too.
 */
const restart = (file: string, scenario: Scenario, is: (state: object) => boolean) =>
  withHub(file, async hub => {
    await play(hub, scenario);
    await until(async () => is(await endState(hub)), 30_000).catch(() => undefined);
    await quiet(hub);
    return endState(hub);
  });

/** So many of a list, evenly over the whole of it. */
const spread = <T>(all: T[], count: number): T[] => Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor((i * all.length) / Math.min(count, all.length))]);

const WANTED = {
  apply: {
    created: { a: ['ConfigMap shop/conf-hash', 'Deployment shop/api', 'Job shop/train', 'Namespace /shop'], b: ['ConfigMap shop/conf-hash', 'Deployment shop/api', 'Namespace /shop'] },
    conditions: ['Applied True Applied', 'Ready True AllReady', 'Scheduled True Placed'],
    left: [1, 1],
  },
  delete: {
    created: { a: ['ConfigMap shop/conf-hash', 'Deployment shop/api', 'Job shop/train', 'Namespace /shop'], b: ['ConfigMap shop/conf-hash', 'Deployment shop/api', 'Namespace /shop'] },
    left: [0, 0],
    works: [],
    reservations: [],
    published: [],
  },
};

/** Whether a state has what is wanted of it. */
const isMatch = (state: object, some: object) => isDeepStrictEqual(Object.fromEntries(Object.entries(state).filter(([key]) => key in some)), some);

describe.each<Scenario>(['apply', 'delete'])('killed while it carries out %s', scenario => {
  let remains: Remains[];
  let wanted: Record<string, any>;
  const same = (state: object) => isDeepStrictEqual(state, wanted);
  beforeAll(async () => {
    const recordings: Recording[] = [];
    for (let run = 0; run < RUNS; run++) recordings.push(await record(scenario, run));
    remains = recordings.flatMap(recording => recording.remains);
    const points = recordings.reduce((sum, recording) => sum + recording.points, 0);
    process.stdout.write(`${scenario}: ${points} points in ${RUNS} recordings leave ${remains.length} different states\n`);
    const last = recordings[0].remains.at(-1)!;
    await putBack(last.members);
    const file = join(folder, `${scenario}-wanted.sqlite`);
    layDown(bytesOf(last.file), file);
    wanted = await restart(file, scenario, state => isMatch(state, WANTED[scenario]));
  });

  it('undisturbed, it does what it should', () => {
    expect(wanted).toMatchObject(WANTED[scenario]);
    const names = remains.flatMap(each => each.points);
    expect(names.filter(name => /^before (apply|delete) [ab]\//.test(name)).length).toBeGreaterThan(3);
  });

  it('before or after any statement and any remote write, the work is finished once, nothing twice, nothing lost', async () => {
    const cases = TRIED === 'all' ? remains : spread(remains, Number(TRIED));
    const since = Date.now();
    const wrong: unknown[] = [];
    for (const { points, file, members: left } of cases) {
      await putBack(left);
      const state = await restart(file, scenario, same).catch(error => String(error));
      if (!isDeepStrictEqual(state, wanted)) wrong.push({ points: points.slice(0, 5), state });
      removeDatabase(file);
    }
    process.stdout.write(`${scenario}: ${cases.length} states restarted, ${Math.round((Date.now() - since) / cases.length)} ms each\n`);
    expect({ wrong }).toEqual({ wrong: [] });
  });

  it(`really killed with kill -9, ${KILLS} times, it leaves what the recording keeps, and finishes`, async () => {
    const names = new Set(remains.flatMap(each => each.points));
    // Those that every run comes to; others depend on who was faster.
    const sure = [...names].filter(name => /^\w+ (apply|delete) [ab]\/|(works|decisions)[^:]*: commit$/.test(name));
    for (const [i, point] of spread(sure, KILLS).entries()) {
      const file = await begin(`${scenario}-killed-${i}`);
      await kill(file, scenario, point);
      expect([point, bytesOf(file).map((bytes, at) => bytes.equals(bytesOf(`${file}.recorded`)[at]))]).toEqual([point, [true, true]]);
      expect([point, await restart(file, scenario, same)]).toEqual([point, wanted]);
    }
  });
});
