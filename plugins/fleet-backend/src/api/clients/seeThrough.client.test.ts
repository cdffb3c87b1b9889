import { aMemberPod } from '../../observe/testing/memberObjects';
import { ClientHub } from './testing/ClientHub';
import { Program } from './testing/program';

/** The real kubectl at what the members hold, and through the hub at a member. `npm run test:real clients` */
const path = process.env.FLOTILLA_TEST_KUBECTL;
const describeWithKubectl = path ? describe : describe.skip;

jest.setTimeout(180_000);

describeWithKubectl(path ? 'kubectl sees through the hub' : 'kubectl sees through the hub (skipped: FLOTILLA_TEST_KUBECTL is not set)', () => {
  let hub: ClientHub;
  let kubectl: Program;
  let reader: Program;
  const aPod = (name: string, image = 'web:1') => {
    const { metadata: { namespace, labels }, spec } = aMemberPod(name);
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { ...spec, nodeName: undefined, containers: [{ name: 'main', image }] } };
  };

  beforeAll(async () => {
    hub = await ClientHub.open();
    kubectl = new Program(path!, hub.folder, { KUBECONFIG: hub.kubeconfig });
    reader = new Program(path!, hub.folder, { KUBECONFIG: hub.readerKubeconfig() });
    for (const member of hub.members) {
      await member.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }).catch(() => undefined);
      await member.create(aPod('web-1'));
    }
    const watching = kubectl.start('get memberpods -A -w');
    for (const { name } of hub.members) await watching.line(line => line.includes(`${name}.web-1`));
    await watching.stop();
  });
  afterAll(() => hub?.close());

  describe('what the members hold', () => {
    it('lists it by short names, with the cluster and the age of the fact', async () => {
      expect(await kubectl.succeed('api-resources --api-group=members.kurator.dev')).toMatch(/memberpods\s+mpo\s+members\.kurator\.dev\/v1alpha1\s+true\s+MemberPod/);
      expect(await kubectl.succeed('get mpo -A')).toMatch(/^NAMESPACE\s+NAME\s+CLUSTER\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+FACT AGE\nshop\s+east\.web-1\s+east\s+0\/1\s+Pending\s+0\s+\S+\s+\d+s\nshop\s+west\.web-1\s+west/);
      expect(await kubectl.succeed('get mno')).toMatch(/^NAME\s+CLUSTER\s+STATUS\s+ROLES\s+AGE\s+VERSION\s+FACT AGE\neast\.east-node\s+east\s+Ready/);
      expect(await kubectl.succeed('get mpo -o wide')).toMatch(/FACT AGE\s+IP\s+NODE/);
      expect(await reader.succeed('get members -A -o name')).toContain('memberpod.members.kurator.dev/west.web-1\n');
    });

    it('selects by label and field, pages, gets and explains', async () => {
      expect(await kubectl.succeed('get memberpods -l fleet.kurator.dev/cluster=west -o name')).toBe('memberpod.members.kurator.dev/west.web-1\n');
      expect(await kubectl.succeed('get memberpods --field-selector spec.cluster=east,status.phase=Pending -o name')).toBe('memberpod.members.kurator.dev/east.web-1\n');
      expect(await kubectl.succeed('get memberpods --chunk-size=1 -o name')).toBe('memberpod.members.kurator.dev/east.web-1\nmemberpod.members.kurator.dev/west.web-1\n');
      expect(await kubectl.succeed(`get memberpod east.web-1 -o jsonpath='{.spec.cluster} {.spec.name} {.metadata.labels.app}'`)).toBe('east web-1 web');
      expect(await kubectl.succeed('explain memberpod.status.restarts')).toContain('Restarts of its containers');
      expect(await kubectl.succeed('describe memberpod east.web-1')).toMatch(/Cluster:\s+east/);
      expect((await kubectl.run('get memberpods --field-selector spec.hostNetwork=true')).err).toContain('field label not supported');
    });

    it('is written by nobody', async () => {
      expect((await kubectl.run('delete memberpod east.web-1')).err).toContain('MethodNotAllowed');
      expect((await kubectl.run('label memberpod east.web-1 a=b')).err).toMatch(/MethodNotAllowed|does not allow this method/);
      expect(await kubectl.run('auth can-i delete memberpods.members.kurator.dev')).toMatchObject({ code: 1 });
    });

    it('watches what comes, changes and goes in any member', async () => {
      const watching = kubectl.start('get memberpods -A -w');
      await watching.line(line => line.includes('west.web-1'));
      const [, west] = hub.members;
      const pod = await west.create(aPod('late'));
      await watching.line(line => /^shop\s+west\.late\s+west\s+0\/1\s+Pending/.test(line));
      await west.writeStatus(pod, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'main', ready: true, started: true, restartCount: 0, image: 'web:1', imageID: '', state: { running: {} } }] });
      await watching.line(line => /^shop\s+west\.late\s+west\s+1\/1\s+Running/.test(line));
      await watching.stop();
      await west.delete(pod);
      await kubectl.succeed('wait --for=delete memberpod/west.late --timeout=60s');
      expect((await kubectl.run('get memberpod west.late')).err).toContain('NotFound');
    });

    it('shows a member that went as it was, and says so', async () => {
      const [east] = hub.members;
      // What a cluster serves kubectl then remembers.
      await kubectl.succeed(`get pods --server=${door('east')}`);
      east.leave();
      const condition = await kubectl.succeed('wait --for=condition=Ready=Unknown cluster/east --timeout=60s');
      expect(condition).toContain('condition met');
      expect(await kubectl.succeed('get memberpods -l fleet.kurator.dev/cluster=east -o name')).toContain('east.web-1');
      expect((await kubectl.run(`get pods --server=${door('east')}`)).err).toMatch(/^Error from server \(ServiceUnavailable\): cluster east cannot be asked: it closed the connection/);
      east.comeBack();
      await kubectl.succeed('wait --for=condition=Ready cluster/east --timeout=60s');
    });
  });

  const door = (cluster: string) => `https://127.0.0.1:${hub.port}/apis/fleet.kurator.dev/v1alpha1/clusters/${cluster}/proxy`;

  describe('one member', () => {
    const east = (line: string) => `${line} --server=${door('east')}`;

    it('is reached as any cluster: get, describe, watch, version, top where there are metrics', async () => {
      expect(await kubectl.succeed(east('get pods'))).toMatch(/^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\nweb-1\s+0\/1\s+Pending/);
      expect(await kubectl.succeed(east('describe pod web-1'))).toMatch(/Name:\s+web-1[\s\S]*Image:\s+web:1/);
      expect(await kubectl.succeed(east('version'))).toContain('Server Version: v1.36.3\n');
      // With --raw kubectl takes the path from the root of the host.
      expect(await kubectl.succeed(`get --raw ${new URL(door('east')).pathname}/readyz`)).toBe('ok');
      expect(await kubectl.succeed(east('explain pod.spec.containers'))).toContain('KIND:');
      const watching = kubectl.start(east('get pods -w'));
      await watching.line(line => line.startsWith('web-1'));
      await hub.members[0].create(aPod('watched'));
      await watching.line(line => line.startsWith('watched'));
      await watching.stop();
      expect((await kubectl.run(east('top nodes'))).err).toContain('Metrics API not available');
    });

    it('gives its logs while they are written', async () => {
      hub.members[0].logs = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        let lines = 0;
        const timer = setInterval(() => response.write(`line ${++lines}\n`), 50);
        response.on('close', () => clearInterval(timer));
      };
      const following = kubectl.start(east('logs -f web-1'));
      expect(await following.line(line => line === 'line 3')).toBe('line 3');
      await following.stop();
    });

    it('is written to with the right for it', async () => {
      hub.file('map.json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'through' }, data: { a: 'b' } });
      expect(await kubectl.succeed(east('apply --server-side -f map.json'))).toBe('configmap/through serverside-applied\n');
      expect(await hub.members[0].get('v1', 'ConfigMap', 'shop', 'through')).toMatchObject({ data: { a: 'b' } });
      expect(await kubectl.succeed(east('delete configmap through'))).toContain('deleted');
    });

    it('takes no connection that is upgraded, and says what to use', async () => {
      expect((await kubectl.run(`exec --server=${door('east')} web-1 -- date`)).err).toContain('are not passed on');
    });

    it('lets in nobody who may only read at the hub', async () => {
      expect((await reader.run(east('get pods'))).err).toContain('Forbidden');
      expect((await reader.run(`get --raw ${new URL(door('east')).pathname}/api/v1/pods`)).err).toContain('needs the permission fleet.cluster.proxy.read');
      expect((await reader.run(east('get secrets'))).err).toContain('Forbidden');
      expect(await reader.run('auth can-i get clusters.fleet.kurator.dev/east --subresource=proxy')).toMatchObject({ code: 1 });
      expect(await kubectl.succeed('auth can-i get clusters.fleet.kurator.dev/east --subresource=proxy')).toBe('yes\n');
    });

    it('shows Secrets, but for kubeconfigs', async () => {
      const data = (text: string) => ({ x: Buffer.from(text).toString('base64') });
      for (const [name, text] of [['plain', 'y'], ['way-in', 'kind: Config\ncurrent-context: a']]) await hub.members[0].create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, data: data(text) });
      expect(await kubectl.succeed(east(`get secret plain -o jsonpath='{.data.x}'`))).toBe('eQ==');
      expect(await kubectl.succeed(east(`get secret way-in -o jsonpath='{.data}'`))).toBe('');
      expect(await kubectl.succeed(east('get secrets'))).toContain('way-in');
    });
  });
});
