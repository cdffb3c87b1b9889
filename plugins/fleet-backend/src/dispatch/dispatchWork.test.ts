import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, MemberResource, Outcome } from '../clusters/types';
import { dispatchWork, type Task } from './dispatchWork';

const ok = <T>(value: T): Outcome<T> => ({ ok: true, value, ms: 1 });
const absent: Outcome<never> = {
  ok: false, reason: 'Refused', because: 'not found', ms: 1,
  status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 404, details: { name: 'x' } },
};
const dead: Outcome<never> = { ok: false, reason: 'Unreachable', because: 'it is dead', ms: 1 };

/** A member that takes every apply, and writes down when. */
function member(cluster: string, log: string[], alive = true) {
  let running = 0;
  const most = { at: 0 };
  const connection = {
    cluster,
    resourceOf: async (apiVersion: string, kind: string) => ok<MemberResource>({ apiVersion, kind, resource: `${kind.toLowerCase()}s`, namespaced: true }),
    get: async () => (alive ? absent : dead),
    apply: async (_of: MemberResource, object: KubeObject) => {
      most.at = Math.max(most.at, ++running);
      await new Promise(resolve => setTimeout(resolve, 5));
      running--;
      log.push(`${cluster} ${object.kind}`);
      return ok(object);
    },
  } as Partial<ClusterConnection> as ClusterConnection;
  return { connection, most };
}

const apply = (kind: string, name = 'x'): Task => ({
  do: 'apply',
  order: { object: { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' } }, hub: 'h', adoption: 'Never', leave: [], memberUid: '' },
});

describe('carrying out work in many clusters', () => {
  it('makes first what others need', async () => {
    const log: string[] = [];
    const { connection } = member('one', log);
    await dispatchWork([{ cluster: 'one', connection, tasks: ['Deployment', 'Service', 'ConfigMap', 'Namespace', 'CustomResourceDefinition'].map(kind => apply(kind)) }]);
    expect(log).toEqual(['one Namespace', 'one CustomResourceDefinition', 'one ConfigMap', 'one Service', 'one Deployment']);
  });

  it('writes to one cluster a few at a time', async () => {
    const { connection, most } = member('one', []);
    await dispatchWork([{ cluster: 'one', connection, tasks: Array.from({ length: 20 }, (_, i) => apply('Deployment', `d${i}`)) }], { perCluster: 3 });
    expect(most.at).toBe(3);
  });

  it('turns a dead cluster, and one without a connection, into results; the others do not notice', async () => {
    const log: string[] = [];
    const tasks = { good: apply('Deployment'), dead: apply('Deployment'), none: apply('Deployment') };
    const results = await dispatchWork([
      { cluster: 'dead', connection: member('dead', log, false).connection, tasks: [tasks.dead] },
      { cluster: 'none', connection: undefined, tasks: [tasks.none] },
      { cluster: 'good', connection: member('good', log).connection, tasks: [tasks.good] },
    ]);
    expect([tasks.dead, tasks.none, tasks.good].map(task => results.get(task))).toMatchObject([
      { did: 'failed', because: 'it is dead' },
      { did: 'failed', because: 'there is no connection to this cluster' },
      { did: 'created' },
    ]);
  });

  it('stops a cluster whose result could not be recorded, after the others are through', async () => {
    const log: string[] = [];
    const work = dispatchWork(
      [
        { cluster: 'one', connection: member('one', log).connection, tasks: [apply('ConfigMap'), apply('Deployment')] },
        { cluster: 'two', connection: member('two', log).connection, tasks: [apply('ConfigMap'), apply('Deployment')] },
      ],
      {
        onResult: async cluster => {
          if (cluster === 'one') throw new Error('the store is gone');
        },
      },
    );
    await expect(work).rejects.toThrow('the store is gone');
    expect(log.sort()).toEqual(['one ConfigMap', 'two ConfigMap', 'two Deployment']);
  });

  it('tells of each write before and after it', async () => {
    const steps: string[] = [];
    const { connection } = member('one', []);
    await dispatchWork([{ cluster: 'one', connection, tasks: [apply('ConfigMap')] }], { trace: (step, when) => void steps.push(`${when} ${step}`) });
    expect(steps).toEqual(['before apply one/ConfigMap/shop/x', 'after apply one/ConfigMap/shop/x']);
  });
});
