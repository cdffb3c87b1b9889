import { readFileSync } from 'node:fs';
import type { Certificates, KubeObject } from '@flotilla/kube-api';
import { Door } from './Door';
import { endedJob } from './instantPods';
import { Member } from './Member';
import { Person } from './Person';
import { namespace } from './shop';

/** A member cluster of the rules' tests, simulated or real: its address as the hub has it, and somebody inside. */
export interface Place {
  readonly name: string;
  readonly door: Door;
  readonly person: Person;
  /** From now on no pod becomes ready in the namespace, which it makes where it is not there, and no Job ends. */
  hold(inNamespace: string): Promise<void>;
  /** They become ready, and Jobs complete. */
  release(inNamespace: string): Promise<void>;
  close(): Promise<void>;
}

/** @returns clusters of these names */
export type OpenPlaces = (names: readonly string[], certificates: Certificates) => Promise<Place[]>;

async function makeSure(person: Person, name: string) {
  if (!(await person.namespace(name))) await person.create(namespace(name));
}

/** Clusters in this process. */
export const simulatedPlaces: OpenPlaces = (names, certificates) =>
  Promise.all(
    names.map(async (name): Promise<Place> => {
      const member = await Member.open(name, certificates);
      const person = new Person(member.kubeconfig());
      const door = await Door.open(member.kubeconfig(), certificates);
      return {
        name, door, person,
        async hold(inNamespace) {
          await makeSure(person, inNamespace);
          member.pending = true;
        },
        async release(inNamespace) {
          await member.release();
          const jobs = await member.storage.list({ group: 'batch', resource: 'jobs', namespace: inNamespace });
          for (const job of jobs.items) await person.patch(job, { status: endedJob('Complete') }, '/status');
        },
        async close() {
          person.close();
          await door.close();
          await member.close();
        },
      };
    }),
  );

/** Without room for pods controllers make none. */
const noPods = (inNamespace: string): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'held-back', namespace: inNamespace }, spec: { hard: { pods: '0' } } });

/** Has controllers look at once: refused pods again and again, they wait for up to minutes. */
async function wake(person: Person, inNamespace: string) {
  const waiting = [...(await person.list('batch/v1', 'Job', inNamespace)), ...(await person.list('apps/v1', 'ReplicaSet', inNamespace))];
  for (const each of waiting) await person.patch(each, { metadata: { annotations: { 'tests.flotilla/released': 'true' } } });
}

/** The clusters behind these kubeconfig files. */
const placesBehind =
  (files: readonly string[]): OpenPlaces =>
  (names, certificates) =>
    Promise.all(
      names.map(async (name, i): Promise<Place> => {
        const kubeconfig = readFileSync(files[i], 'utf8');
        const person = new Person(kubeconfig);
        const door = await Door.open(kubeconfig, certificates);
        return {
          name, door, person,
          async hold(inNamespace) {
            await makeSure(person, inNamespace);
            await person.create(noPods(inNamespace));
          },
          async release(inNamespace) {
            await person.delete(noPods(inNamespace));
            await wake(person, inNamespace);
          },
          async close() {
            person.close();
            await door.close();
          },
        };
      }),
    );

const { FLOTILLA_TEST_KUBECONFIG: one, FLOTILLA_TEST_KUBECONFIG_OTHER: other } = process.env;

/** The clusters that the environment names, where it does. */
export const realPlaces: OpenPlaces | undefined = one && other ? placesBehind([one, other]) : undefined;
