import { writeSync } from 'node:fs';
import { StorageError } from '@flotilla/kube-api';
import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import { openStores } from '../openStores';
import { connectTo, testKeys } from '../testbed';
import type { Stores, Work } from '../types';

/** What was acknowledged, one line of JSON each. */
export type Acknowledged = { version: number; key: ObjectKey } | { decision: number } | { works: number } | 'ready';

export const TARGET = 'Application/default/shop/web';

/** Straight to the descriptor: a line that waits in a buffer of the process would die with it. */
const say = (line: Acknowledged) => writeSync(1, `${JSON.stringify(line)}\n`);

async function writeObjects({ resources }: Stores, writer: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const resource = turn % 3 ? 'configmaps' : 'secrets';
    const key = { group: '', resource, namespace: `space-${writer}`, name: `object-${turn % 7}` };
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: resource,
      metadata: { name: key.name, namespace: key.namespace, labels: { turn: String(turn) } },
      data: { text: 'x'.repeat((turn % 5) * 800) },
    };
    await unlessRefused(async () => {
      const version = (await resources.get(key))?.metadata.resourceVersion;
      const written = await (!version ? resources.create(key, object) : turn % 5 ? resources.update(key, object, version) : resources.remove(key, version));
      say({ version: Number(written.metadata.resourceVersion), key });
    });
  }
}

/** The lease is short, so that a process takes it over from one killed, or from one that lives, in the middle of its work. */
async function decide({ decisions, works, leases }: Stores): Promise<void> {
  for (;;) {
    const fence = await leases.acquire('loop', `process-${process.pid}`, 0.02);
    if (!fence) {
      await new Promise(resolve => setTimeout(resolve, 5));
      continue;
    }
    await unlessRefused(async () => {
      const latest = (await decisions.latest(TARGET))?.body as { n: number } | undefined;
      const n = (latest?.n ?? 0) + 1;
      const decision = { target: TARGET, targetUid: 'u', hash: `h${n}`, inputsHash: `i${n % 20}`, decidedAt: n, body: { n } };
      await decisions.save(decision, { n: n % 20 }, [{ target: TARGET, cluster: 'east', replicas: n, requests: {} }], fence);
      say({ decision: n });
      await works.save(['a', 'b', 'c'].map(name => workOf(name, n)), fence);
      say({ works: n });
    });
  }
}

/** Another process may have been faster; that is no failure. */
async function unlessRefused(work: () => Promise<void>): Promise<void> {
  await work().catch(error => {
    if (!(error instanceof StorageError)) throw error;
  });
}

function workOf(name: string, n: number): Work {
  return {
    cluster: 'east', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name, clusterUid: 'c', target: TARGET, ownerUid: 'u',
    state: 'wanted', revision: String(n), wantedHash: `w${n}`, appliedHash: '', memberUid: '', sent: false, error: '', since: n,
  };
}

/** Run with a file, or with the address of a PostgreSQL database. */
async function main(): Promise<void> {
  const stores = await openStores({ knex: connectTo(process.argv[2]), encryption: testKeys, now: Date.now, signal: new AbortController().signal });
  say('ready');
  await Promise.all([...[0, 1, 2, 3].map(writer => writeObjects(stores, writer)), decide(stores)]);
}

if (require.main === module) {
  main().catch(error => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
}
