import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlite } from '../../store/testbed';
import type { Member } from '../testing/Member';
import { Member as Members } from '../testing/Member';
import { testCertificates } from '../testing/scene';
import { aStart } from '../testing/shop';
import { TestHub, until } from '../testing/TestHub';
import { appOf, play, type Scenario } from './scenario';

/** Points of each scenario that are tried: spread over all of them, or `all`, as the nightly run does. */
const TRIED = process.env.FLEET_CRASH_POINTS ?? '6';
jest.setTimeout(TRIED === 'all' ? 4 * 3_600_000 : 600_000);

let folder: string;
let members: Member[];
let template: string;
let spaces = 0;

/** A hub that has joined both clusters, ended in good order: every run begins from this database. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-kill-'));
  template = join(folder, 'template.sqlite');
  members = await Promise.all(['a', 'b'].map(async name => Members.open(name, await testCertificates())));
  const knex = sqlite(template);
  const hub = await TestHub.open({ knex });
  await hub.apply(...aStart(members));
  await until(() => members.every(({ name }) => hub.observer.seen(name)?.nodes !== undefined), 30_000);
  await hub.close();
  await knex.destroy();
});
afterAll(async () => {
  await Promise.all(members.map(member => member.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** Each run has a database and a namespace of its own, so that members need not be emptied between them. */
function anEmptyRun() {
  spaces += 1;
  const file = join(folder, `run-${spaces}.sqlite`);
  for (const end of ['', '-wal']) if (existsSync(template + end)) copyFileSync(template + end, file + end);
  return { file, space: `run-${spaces}` };
}

/** Runs a hub as a process of its own; gives its lines and whether it was killed. */
async function run(file: string, scenario: Scenario, space: string, point: number): Promise<{ lines: string[]; killed: boolean }> {
  const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');
  const child = spawn(process.execPath, ['--no-warnings', '--require', transform, require.resolve('./playUntilKilled'), file, scenario, space, String(point)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let wrong = '';
  child.stdout.on('data', chunk => (said += chunk));
  child.stderr.on('data', chunk => (wrong += chunk));
  const [code, signal] = await new Promise<[number | null, string | null]>(resolve => child.once('close', (...how) => resolve(how)));
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(wrong);
  return { lines: said.split('\n').slice(0, -1), killed: signal === 'SIGKILL' };
}

const decisionsIn = async (hub: TestHub, space: string) =>
  (await hub.stores.resources.list({ group: 'scheduling.kurator.dev', resource: 'placementdecisions', namespace: space })).items;

/** Everything that must be the same however often the hub was killed; namespaces and UIDs apart. */
async function endState(hub: TestHub, space: string): Promise<Record<string, any>> {
  const app = await hub.get(appOf(space, 'one'));
  const works = await hub.stores.works.all();
  const decisions = await decisionsIn(hub, space);
  const targets = ['api', 'train'].map(component => `Application/${space}/web/${component}`);
  const live = await Promise.all(works.map(async work => (await members.find(each => each.name === work.cluster)!.get(work.apiVersion, work.kind, work.namespace, work.name))?.metadata.uid));
  return {
    created: Object.fromEntries(members.map(member => [member.name, member.created.filter(each => each.includes(space)).map(each => each.replaceAll(space, '*').replace(/-[0-9a-f]{10}$/, '-hash')).sort()])),
    left: await Promise.all(members.map(async member => (await member.storage.list({ group: 'apps', resource: 'deployments', namespace: space })).items.length)),
    works: works.map((work, i) => [work.cluster, work.kind, work.state, work.appliedHash === work.wantedHash, work.memberUid === live[i], work.error].join(' ')).sort(),
    conditions: (app?.status?.conditions ?? []).map(({ type, status, reason }: any) => `${type} ${status} ${reason}`).sort(),
    components: (app?.status?.components ?? []).map(({ name, ready, clusters }: any) => [name, ready, ...clusters.map((each: any) => `${each.name} ${each.state} ${each.replicas}`)]),
    finalizers: app?.metadata.finalizers,
    decided: await Promise.all(targets.map(async target => (await hub.stores.decisions.history(target)).length)),
    published: decisions.map(item => `${item.metadata.name} ${item.status?.verdicts?.length}`).sort(),
    reservations: (await hub.stores.decisions.reservations()).map(each => `${each.cluster} ${each.replicas}`).sort(),
  };
}

/** A new process on what the killed one left, here in this process: it ends the scenario, and what came of it is read. */
async function restart(file: string, scenario: Scenario, space: string): Promise<Record<string, any>> {
  const knex = sqlite(file);
  const hub = await TestHub.open({ knex });
  try {
    await play(hub, scenario, space, () => undefined);
    // The garbage collector follows in its own time.
    if (scenario === 'delete') await until(async () => (await decisionsIn(hub, space)).length === 0);
    return await endState(hub, space);
  } finally {
    await hub.close();
    await knex.destroy();
  }
}

describe.each<Scenario>(['apply', 'delete'])('killed with kill -9 while it carries out %s', scenario => {
  it('the work is finished once after a restart, nothing twice, nothing lost', async () => {
    const undisturbed = anEmptyRun();
    const { lines } = await run(undisturbed.file, scenario, undisturbed.space, 0);
    const wanted = await restart(undisturbed.file, scenario, undisturbed.space);
    const count = TRIED === 'all' ? lines.length : Number(TRIED);
    const points = Array.from({ length: count }, (_, i) => 1 + Math.floor((i * lines.length) / count));
    process.stdout.write(`${scenario}: ${lines.length} points before and after ${lines.length / 2} statements and remote writes, ${new Set(lines).size} different; ${points.length} tried\n`);
    expect(lines.filter(line => /^before (apply|delete) [ab]\//.test(line)).length).toBeGreaterThan(3);
    const wrong: unknown[] = [];
    for (const point of points) {
      const { file, space } = anEmptyRun();
      const { lines: [name], killed } = await run(file, scenario, space, point);
      const state = await restart(file, scenario, space).catch(error => String(error));
      if (JSON.stringify(state) !== JSON.stringify(wanted)) wrong.push({ point, name, killed, state });
      for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
    }
    expect({ wrong }).toEqual({ wrong: [] });
    // What all were held against: one creation of each object in each cluster, and the Job once over both.
    expect(wanted.created).toEqual({ a: ['ConfigMap */conf-hash', 'Deployment */api', 'Job */train', 'Namespace /*'], b: ['ConfigMap */conf-hash', 'Deployment */api', 'Namespace /*'] });
    if (scenario === 'delete') expect(wanted).toMatchObject({ works: [], reservations: [], left: [0, 0] });
    else expect(wanted.conditions).toEqual(['Applied True Applied', 'Ready True AllReady', 'Scheduled True Placed']);
  });
});
