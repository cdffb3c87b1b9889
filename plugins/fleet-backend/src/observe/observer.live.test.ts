/** The observer over real connections: nothing faked but the cluster's nodes and pods. */
import type { KubeObject } from '@flotilla/kube-api';
import { connect, eachCluster, type TestCluster, testDirectory } from '../clusters/testing/openCluster';
import type { ClusterConnection, MemberResource } from '../clusters/types';
import { applyObject } from '../dispatch/applyObject';
import { ensureNamespace } from '../dispatch/namespaces';
import { createClusterObserver } from './observer';
import type { ClusterObserver, Observation } from './types';

jest.setTimeout(60_000);

const HUB = `hub-${Math.random().toString(36).slice(2, 8)}`;
const TARGET = 'Application/live/web/api';
const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };
const DEPLOYMENTS: MemberResource = { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespaced: true };

eachCluster('observing a member', open => {
  const directory = testDirectory();
  const namespace = `observe-${Math.random().toString(36).slice(2, 8)}`;
  const observed: Observation[] = [];
  let cluster: TestCluster;
  let connection: ClusterConnection;
  let observer: ClusterObserver;

  beforeAll(async () => {
    cluster = await open();
    connection = connect(directory, cluster.kubeconfig);
    await ensureNamespace(connection, namespace, HUB);
    const facts = { load: async () => [], save: async () => {}, remove: async () => {} };
    observer = await createClusterObserver({ directory, facts, hub: HUB });
    observer.on(each => observed.push(each));
    observer.watch('one', 300);
  });

  afterAll(async () => {
    await observer.close();
    const found = await connection.get(NAMESPACES, '', namespace);
    if (found.ok) await connection.delete(NAMESPACES, '', namespace, found.value.metadata.uid!);
    directory.close();
    await cluster.close();
  });

  async function until(what: () => boolean) {
    for (let i = 0; i < 400 && !what(); i++) await new Promise(resolve => setTimeout(resolve, 25));
    expect(what()).toBe(true);
  }

  const wanted = (replicas: number): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace, annotations: { 'fleet.kurator.dev/target': TARGET } },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
  });
  const apply = (replicas: number) => applyObject(connection, { object: wanted(replicas), hub: HUB, adoption: 'Never', leave: [], memberUid: '' });
  const live = () => observer.live('one').get(`apps/v1/Deployment/${namespace}/web`);

  it('knows who it is, what it serves and its nodes', async () => {
    await until(() => observer.seen('one')?.nodes !== undefined && observer.seen('one')?.apis !== undefined);
    const identity = await connection.identity();
    expect(observer.seen('one')).toMatchObject({ uid: identity.ok && identity.value, version: expect.stringMatching(/^v1\./), reachable: { ok: true } });
    expect(observer.seen('one')!.apis!.value).toContain('apps/v1/Deployment');
  });

  it('sees our object come, change by another hand, and go', async () => {
    await apply(2);
    await until(() => live()?.spec.replicas === 2);
    await connection.mergePatch(DEPLOYMENTS, namespace, 'web', { spec: { replicas: 7 } });
    await until(() => live()?.spec.replicas === 7);
    expect(observed.find(each => each.type === 'object' && each.live.spec?.replicas === 7)).toMatchObject({ cluster: 'one', target: TARGET, gone: false });
    await connection.delete(DEPLOYMENTS, namespace, 'web', live()!.metadata.uid!);
    await until(() => live() === undefined);
    // Facts may have come in between: they are none of this.
    expect(observed.filter(each => each.type === 'object').pop()).toMatchObject({ target: TARGET, gone: true });
  });

  it('goes on watching over a new kubeconfig of the same cluster', async () => {
    connection = connect(directory, `${cluster.kubeconfig}\n`);
    expect(observer.seen('one')!.reachable.ok).toBe(false);
    await until(() => observer.seen('one')!.reachable.ok);
    await apply(3);
    await until(() => live()?.spec.replicas === 3);
  });
});
