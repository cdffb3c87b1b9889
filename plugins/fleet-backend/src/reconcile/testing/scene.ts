import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates, type Certificates } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { sqlite } from '../../store/testbed';
import { Member } from './Member';
import { aStart } from './shop';
import { TestHub, until } from './TestHub';

/** A hub on a database in memory and its members, all Ready. */
export interface TestScene {
  hub: TestHub;
  members: Map<string, Member>;
  a: Member;
  b: Member;
  knex: Knex;
}

let certificates: Promise<Certificates> | undefined;
let folder: string | undefined;

/** One CA for all members of a test file; made once, since keys take time. */
export function testCertificates(): Promise<Certificates> {
  certificates ??= (async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-members-'));
    return ensureCertificates(folder);
  })();
  return certificates;
}
afterAll?.(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** @param labels - of each Cluster, by name */
export async function openScene(names: string[], labels: Record<string, Record<string, string>> = {}): Promise<TestScene> {
  const made = await Promise.all(names.map(async name => Member.open(name, await testCertificates())));
  const members = new Map(made.map(member => [member.name, member]));
  const knex = sqlite(':memory:');
  const hub = await TestHub.open({ knex });
  await hub.apply(...aStart(made, labels));
  await until(() => names.every(name => hub.observer.listed(name, { apiVersion: 'apps/v1', kind: 'Deployment' }) && hub.observer.listed(name, { apiVersion: 'batch/v1', kind: 'Job' }) && hub.observer.seen(name)?.nodes !== undefined));
  return { hub, members, a: members.get(names[0])!, b: members.get(names[1])!, knex };
}

export async function closeScene({ hub, members, knex }: TestScene): Promise<void> {
  if (process.env.SHOW_LOG) process.stderr.write(`${hub.logged.join('\n')}\n`);
  await hub.close();
  await Promise.all([...members.values()].map(member => member.close()));
  await knex.destroy();
}
