/** What the product uses of a member cluster, whoever serves it. Called inside a `describe`. */
import { RUN_FOR } from './pods/annotations';
import { eventually, memberClient, type MemberClient } from './testing/memberClient';
import { deployment, job } from './testing/simulate';

export interface Member {
  kubeconfig: string;
  close(): Promise<void>;
}

export function memberContract(open: () => Promise<Member>): void {
  jest.setTimeout(90_000);
  const namespace = `contract-${Math.random().toString(36).slice(2, 8)}`;
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  let member: Member;
  let client: MemberClient;

  const here = <T extends { metadata: object }>(object: T): T => ({ ...object, metadata: { ...object.metadata, namespace } });
  const web = (name: string, replicas: number, image = 'example.com/app:1') => {
    const made = here(deployment(name, replicas));
    made.spec.template.spec.containers = [{ name: 'main', image, resources: { requests: { cpu: '10m' } } }];
    return made;
  };
  const get = async (path: string) => (await client.send('GET', path)).body;
  const readyOf = async (name: string) => {
    const { status, metadata } = await get(`${deployments}/${name}`);
    return status?.observedGeneration === metadata.generation && status.updatedReplicas === status.replicas ? (status.readyReplicas ?? 0) : undefined;
  };
  const untilReady = (name: string, replicas: number) => eventually(async () => (await readyOf(name)) === replicas);
  const podsOf = async (name: string) => (await get(`${pods}?labelSelector=app%3D${name}`)).items.filter((pod: any) => !pod.metadata.deletionTimestamp);

  beforeAll(async () => {
    member = await open();
    client = memberClient(member.kubeconfig);
    expect((await client.apply(`/api/v1/namespaces/${namespace}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })).status).toBe(201);
  }, 60_000);
  afterAll(async () => {
    await client?.send('DELETE', `/api/v1/namespaces/${namespace}`);
    await member?.close();
  });

  it('says its version, who it is, and what it serves', async () => {
    expect((await get('/version')).gitVersion).toMatch(/^v1\.\d+\.\d+/);
    expect((await get('/api/v1/namespaces/kube-system')).metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    const { resources } = await get('/apis/apps/v1');
    expect(resources).toContainEqual(expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true }));
    expect(resources).toContainEqual(expect.objectContaining({ name: 'deployments/scale', kind: 'Scale' }));
    expect((await get('/apis')).groups.map((group: any) => group.name)).toEqual(expect.arrayContaining(['apps', 'batch']));
  });

  it('has nodes that say what they have, where they are, and get ready', async () => {
    const isReady = ({ status }: any) => status.conditions?.some((each: any) => each.type === 'Ready' && each.status === 'True');
    const items: any[] = await eventually(async () => {
      const nodes = (await get('/api/v1/nodes')).items;
      return nodes.length > 0 && nodes.every(isReady) && nodes;
    });
    for (const { metadata, status } of items) {
      expect(metadata.labels).toMatchObject({ 'kubernetes.io/hostname': metadata.name, 'topology.kubernetes.io/zone': expect.any(String), 'fleet.kurator.dev/node-group': expect.any(String) });
      expect(status.allocatable).toMatchObject({ cpu: expect.any(String), memory: expect.any(String), pods: '110' });
    }
  });

  it('brings an applied Deployment to Ready, its pods on nodes', async () => {
    expect((await client.apply(`${deployments}/web`, web('web', 3))).status).toBe(201);
    await untilReady('web', 3);
    const { status, metadata } = await get(`${deployments}/web`);
    expect(status).toMatchObject({ replicas: 3, availableReplicas: 3 });
    expect(status.unavailableReplicas).toBeUndefined();
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }));
    await eventually(async () => (await get(`${deployments}/web`)).status.conditions.some((each: any) => each.type === 'Progressing' && each.reason === 'NewReplicaSetAvailable'));
    expect(metadata).toMatchObject({ generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } });
    for (const pod of await podsOf('web')) {
      expect(pod.spec.nodeName).toBeTruthy();
      expect(pod.metadata.ownerReferences[0]).toMatchObject({ kind: 'ReplicaSet', controller: true });
      expect(pod.status).toMatchObject({ phase: 'Running', podIPs: [{ ip: expect.stringMatching(/^10\./) }], containerStatuses: [{ name: 'main', ready: true }] });
    }
  });

  it('changes nothing when the same is applied again', async () => {
    await untilReady('web', 3);
    const before = (await get(`${deployments}/web`)).metadata;
    const { status, body } = await client.apply(`${deployments}/web`, web('web', 3));
    expect(status).toBe(200);
    expect(body.metadata.generation).toBe(before.generation);
  });

  it('refuses an apply over what another manager owns, unless it is forced', async () => {
    await client.apply(`${deployments}/web`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec: { replicas: 2 } }, true, 'somebody');
    const refused = await client.apply(`${deployments}/web`, web('web', 3), false);
    expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict', details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] } } });
    expect((await client.apply(`${deployments}/web`, web('web', 3))).body.spec.replicas).toBe(3);
    await untilReady('web', 3);
  });

  it('scales by the scale subresource', async () => {
    const { body } = await client.send('PATCH', `${deployments}/web/scale`, { spec: { replicas: 5 } }, 'application/merge-patch+json');
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
    await untilReady('web', 5);
    await client.send('PATCH', `${deployments}/web/scale`, { spec: { replicas: 2 } }, 'application/merge-patch+json');
    await untilReady('web', 2);
  });

  it('rolls to another image, without a time at which none is available', async () => {
    await untilReady('web', 2);
    expect((await client.apply(`${deployments}/web`, web('web', 2, 'example.com/app:2'))).status).toBe(200);
    const seen: number[] = [];
    await eventually(async () => {
      const { status } = await get(`${deployments}/web`);
      seen.push(status.availableReplicas ?? 0);
      const images = (await podsOf('web')).map((pod: any) => pod.spec.containers[0].image);
      return images.length === 2 && images.every((image: string) => image === 'example.com/app:2') && (await readyOf('web')) === 2;
    });
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(2);
    const { items } = await get(`/apis/apps/v1/namespaces/${namespace}/replicasets?labelSelector=app%3Dweb`);
    expect(items.map((set: any) => set.metadata.annotations['deployment.kubernetes.io/revision']).sort()).toEqual(['1', '2']);
  });

  it('leaves a pod pending that fits nowhere, and says what is short', async () => {
    const large = web('large', 1);
    large.spec.template.spec.containers[0].resources = { requests: { cpu: '5000' } };
    await client.apply(`${deployments}/large`, large);
    const condition = await eventually(async () => (await podsOf('large'))[0]?.status?.conditions?.find((each: any) => each.type === 'PodScheduled'));
    expect(condition).toMatchObject({ status: 'False', reason: 'Unschedulable', message: expect.stringMatching(/Insufficient cpu/) });
    await client.send('DELETE', `${deployments}/large`);
  });

  it('runs a Job to its end', async () => {
    const train = here(job('train', { parallelism: 2, completions: 2 }, { [RUN_FOR]: '3s' }));
    train.spec.template.spec.containers[0].resources = { requests: { cpu: '10m' } };
    expect((await client.apply(`${jobs}/train`, train)).status).toBe(201);
    await eventually(async () => (await get(`${jobs}/train`)).status?.active === 2);
    await eventually(async () => (await get(`${jobs}/train`)).status?.conditions?.some((each: any) => each.type === 'Complete' && each.status === 'True'));
    const { status } = await get(`${jobs}/train`);
    expect(status).toMatchObject({ succeeded: 2, completionTime: expect.any(String) });
    expect(status.active).toBeUndefined();
    expect((await client.apply(`${jobs}/train`, { ...train, spec: { ...train.spec, template: { ...train.spec.template, spec: { ...train.spec.template.spec, restartPolicy: 'OnFailure' } } } })).status).toBe(422);
  });

  it('deletes by UID only, and takes along what was made from it', async () => {
    const { uid } = (await get(`${deployments}/web`)).metadata;
    const wrong = await client.send('DELETE', `${deployments}/web`, { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } });
    expect(wrong).toMatchObject({ status: 409 });
    const gone = await client.send('DELETE', `${deployments}/web`, { preconditions: { uid }, propagationPolicy: 'Background' });
    expect(gone.status).toBe(200);
    await eventually(async () => (await get(`${pods}?labelSelector=app%3Dweb`)).items.length === 0);
    expect((await get(`/apis/apps/v1/namespaces/${namespace}/replicasets?labelSelector=app%3Dweb`)).items).toEqual([]);
    expect((await client.send('GET', `${deployments}/web`)).status).toBe(404);
  });

  it('lists by label', async () => {
    const labels = (name: string, tier: string) => ({ ...web(name, 0), metadata: { name, namespace, labels: { tier } } });
    await client.apply(`${deployments}/front`, labels('front', 'front'));
    await client.apply(`${deployments}/back`, labels('back', 'back'));
    const names = async (selector: string) => (await get(`${deployments}?labelSelector=${encodeURIComponent(selector)}`)).items.map((each: any) => each.metadata.name);
    expect(await names('tier=front')).toEqual(['front']);
    expect(await names('tier in (front,back)')).toEqual(['back', 'front']);
    expect(await names('tier,tier!=front')).toEqual(['back']);
  });

  it('tells a watcher of everything since a version, selected by label', async () => {
    const { metadata } = await get(deployments);
    const watch = client.watch(`${deployments}?watch=1&allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}&labelSelector=watched`);
    const seen = { ...web('seen', 0), metadata: { name: 'seen', namespace, labels: { watched: 'yes' } } };
    await client.apply(`${deployments}/other`, web('other', 0));
    await client.apply(`${deployments}/seen`, seen);
    await client.send('DELETE', `${deployments}/seen`);
    await eventually(() => watch.events.some(event => event.type === 'DELETED'));
    watch.stop();
    const told = watch.events.filter(event => event.type !== 'BOOKMARK');
    expect(told[0].type).toBe('ADDED');
    expect(new Set(told.map(event => event.object.metadata.name))).toEqual(new Set(['seen']));
    const versions = told.map(event => Number(event.object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it('begins a watch with everything there is, and a bookmark at its end', async () => {
    const watch = client.watch(`/api/v1/namespaces?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=`);
    const bookmark = await eventually(() => watch.events.find(event => event.type === 'BOOKMARK'));
    watch.stop();
    expect(bookmark.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(watch.events.filter(event => event.type === 'ADDED').map(event => event.object.metadata.name)).toEqual(expect.arrayContaining(['kube-system', namespace]));
  });

  it('refuses who does not say the token', async () => {
    const wrong = JSON.stringify({ ...JSON.parse(member.kubeconfig), users: [{ name: 'admin', user: { token: 'nobody' } }] });
    expect((await memberClient(wrong).send('GET', '/api/v1/nodes')).status).toBe(401);
  });

  it('empties a namespace and lets it go', async () => {
    const name = `${namespace}-gone`;
    await client.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const there = web('web', 2);
    await client.apply(`/apis/apps/v1/namespaces/${name}/deployments/web`, { ...there, metadata: { name: 'web', namespace: name } });
    await eventually(async () => (await get(`/api/v1/namespaces/${name}/pods`)).items.length === 2);
    expect((await client.send('DELETE', `/api/v1/namespaces/${name}`)).status).toBe(200);
    await eventually(async () => (await client.send('GET', `/api/v1/namespaces/${name}`)).status === 404);
    expect((await get(`/api/v1/namespaces/${name}/pods`)).items).toEqual([]);
  });
}
