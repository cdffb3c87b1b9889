/**
 * node --test scripts/realClusters.test.mjs
 *
 * Starts a real cluster from the demo's file. Skipped, with the reason, where Kubernetes is not built and cannot be.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { faultRealCluster, startRealClusters } from './realClusters.mjs';
import { realKubernetesMissing } from './realKubernetes.mjs';

const skip = realKubernetesMissing() ?? false;
const NAME = 'gpu-test';
const file = {
  clusters: [
    {
      name: NAME,
      provider: 'huawei',
      region: 'cn-north-1',
      nodeGroups: [
        {
          name: 'gpu',
          count: 2,
          zones: ['a', 'b'],
          instanceType: 'p2s',
          price: 98.4,
          capacity: { cpu: '32', memory: '256Gi', 'nvidia.com/gpu': '4', pods: '110' },
          labels: { accelerator: 'v100' },
        },
        {
          name: 'storage',
          count: 1,
          zones: ['a'],
          instanceType: 'd7',
          price: 4,
          capacity: { cpu: '8', memory: '32Gi', pods: '110' },
          taints: [{ key: 'dedicated', value: 'storage', effect: 'NoSchedule' }],
        },
      ],
      workloads: [{ namespace: 'search', name: 'index', replicas: 2, requests: { cpu: '1', 'nvidia.com/gpu': '1' } }],
    },
  ],
};

function deployment(name, replicas, gpus) {
  const labels = { app: name };
  const resources = { requests: { 'nvidia.com/gpu': gpus }, limits: { 'nvidia.com/gpu': gpus } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example.com/main:1', resources }] } },
    },
  };
}

let dataDir;
let running;

/** One request as the administrator of the kubeconfig that lies in the data folder. */
function send(method, path, body, timeout = 5000) {
  const config = JSON.parse(readFileSync(join(dataDir, 'clusters', `${NAME}.kubeconfig`), 'utf8'));
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster;
  const headers = { authorization: `Bearer ${config.users[0].user.token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server}${path}`, { method, headers, ca: Buffer.from(authority, 'base64'), timeout }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
    outgoing.on('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
}

async function eventually(what, check, limitMs = 60_000) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    assert.ok(Date.now() < deadline, `not within ${limitMs / 1000} s: ${what}`);
    await sleep(300);
  }
}

const readyReplicas = async name => (await send('GET', `/apis/apps/v1/namespaces/default/deployments/${name}`)).body.status?.readyReplicas ?? 0;
/** Ended, or ended and not yet collected by whoever inherited it (a container's first process may never do it). */
function isGone(pid) {
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return true;
  }
}

before(async () => {
  if (skip) return;
  dataDir = mkdtempSync(join(tmpdir(), 'flotilla-real-'));
  running = await startRealClusters([NAME], dataDir, file);
});

after(async () => {
  await running?.stop();
  if (dataDir) rmSync(dataDir, { recursive: true, force: true });
});

test('the nodes are those of the file', { skip }, async () => {
  const nodes = await eventually('three Ready nodes', async () => {
    const { items } = (await send('GET', '/api/v1/nodes')).body;
    const ready = items.filter(node => node.status.conditions?.some(c => c.type === 'Ready' && c.status === 'True'));
    return ready.length === 3 && ready;
  });
  const gpu = nodes.filter(node => node.metadata.labels.accelerator === 'v100');
  assert.deepEqual(gpu.map(node => node.status.allocatable['nvidia.com/gpu']), ['4', '4']);
  assert.deepEqual(gpu.map(node => node.metadata.labels['topology.kubernetes.io/zone']).sort(), ['a', 'b']);
  const { taints } = nodes.find(node => !gpu.includes(node)).spec;
  // A controller may not yet have taken its own "not ready" taint away.
  assert.deepEqual(taints.filter(taint => taint.key === 'dedicated'), [{ key: 'dedicated', value: 'storage', effect: 'NoSchedule' }]);
});

test('every node is heard of, so that none is taken for dead after a while', { skip }, async () => {
  await eventually('a renewed lease for each of three nodes', async () => {
    const { items } = (await send('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases')).body;
    return items.filter(lease => Date.now() - Date.parse(lease.spec.renewTime) < 40_000).length === 3;
  });
});

test('a pod that lost Ready because its node was not heard of gets it back', { skip }, async () => {
  await send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('back', 1, '1'));
  await eventually('it is Ready', async () => (await readyReplicas('back')) === 1);
  const pods = '/api/v1/namespaces/default/pods';
  const [pod] = (await send('GET', `${pods}?labelSelector=app%3Dback`)).body.items;
  const conditions = pod.status.conditions.map(each => (each.type === 'Ready' ? { ...each, status: 'False' } : each));
  const { status } = await send('PUT', `${pods}/${pod.metadata.name}/status`, { ...pod, metadata: { ...pod.metadata, resourceVersion: undefined }, status: { ...pod.status, conditions } });
  assert.equal(status, 200);
  await eventually('it is not Ready', async () => (await readyReplicas('back')) === 0);
  await eventually('it is Ready again', async () => (await readyReplicas('back')) === 1);
  await send('DELETE', '/apis/apps/v1/namespaces/default/deployments/back');
});

test('a Deployment that asks for GPUs gets Ready; what has no room stays pending', { skip }, async () => {
  await send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('fits', 2, '2'));
  await send('POST', '/apis/apps/v1/namespaces/default/deployments', deployment('too-big', 1, '5'));
  await eventually('fits is Ready', async () => (await readyReplicas('fits')) === 2);
  const { items } = (await send('GET', '/api/v1/namespaces/default/pods?labelSelector=app%3Dtoo-big')).body;
  assert.match(items[0].status.conditions[0].message, /Insufficient nvidia.com\/gpu/);
  assert.equal(await readyReplicas('too-big'), 0);
});

const root = fileURLToPath(new URL('..', import.meta.url));

function manifestsIn(folder, wanted = /\.yaml$/) {
  const { parseAllDocuments } = createRequire(join(root, 'packages/kube-api/package.json'))('yaml');
  const files = readdirSync(join(root, folder)).filter(name => wanted.test(name)).sort();
  return files.flatMap(name => parseAllDocuments(readFileSync(join(root, folder, name), 'utf8')).map(document => document.toJS()));
}

test('a real API server takes our CRDs, and with strict validation the demo and the article', { skip }, async () => {
  const crds = manifestsIn('plugins/fleet-common/crds');
  for (const crd of crds) {
    const { status, body } = await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    assert.equal(status, 201, `${crd.metadata.name}: ${body.message}`);
    await eventually(`${crd.metadata.name} is Established`, async () => {
      const { status: seen } = (await send('GET', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`)).body;
      const found = type => seen?.conditions?.find(condition => condition.type === type);
      assert.notEqual(found('NonStructuralSchema')?.status, 'True', found('NonStructuralSchema')?.message);
      return found('Established')?.status === 'True';
    });
  }
  for (const namespace of ['kurator-system', 'ai-production', 'production']) {
    await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
  const ours = [...manifestsIn('examples/article/demo', /^clusters/), ...manifestsIn('examples/article', /-.*\.yaml$/)];
  for (const object of ours) {
    const crd = crds.find(candidate => candidate.spec.names.kind === object.kind && object.apiVersion.startsWith(`${candidate.spec.group}/`));
    const scope = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
    const path = `/apis/${object.apiVersion}${scope}/${crd.spec.names.plural}?fieldValidation=Strict`;
    const { status, body } = await eventually(`${path} is served`, async () => {
      const answer = await send('POST', path, object);
      return answer.status !== 404 && answer;
    });
    assert.equal(status, 201, `${object.kind} ${object.metadata.name}: ${body.message}`);
  }
});

test('hang: connections are taken and nothing answers; up: it goes on', { skip }, async () => {
  assert.equal(await faultRealCluster(dataDir, NAME, 'hang'), true);
  await assert.rejects(send('GET', '/readyz/ping', undefined, 1500), /timed out/);
  await faultRealCluster(dataDir, NAME, 'up');
  assert.equal((await send('GET', '/version')).body.gitVersion, 'v1.36.3');
});

test('down: connections are refused; up: everything is as it was', { skip }, async () => {
  const { uid } = (await send('GET', '/api/v1/namespaces/kube-system')).body.metadata;
  await faultRealCluster(dataDir, NAME, 'down');
  await assert.rejects(send('GET', '/version'), /ECONNREFUSED/);
  await faultRealCluster(dataDir, NAME, 'up');
  assert.equal((await send('GET', '/api/v1/namespaces/kube-system')).body.metadata.uid, uid);
});

test('a fault of a cluster that does not run here is said to be none', { skip }, async () => {
  assert.equal(await faultRealCluster(dataDir, 'nowhere', 'down'), false);
  await assert.rejects(faultRealCluster(dataDir, NAME, 'slow'), /knows down, hang and up/);
});

test('a restart finds the same cluster with what it held, and stopping leaves no process', { skip }, async () => {
  const { uid } = (await send('GET', '/api/v1/namespaces/kube-system')).body.metadata;
  const pids = Object.values(running.pids()[NAME]);
  assert.equal(pids.length, 5);
  await running.stop();
  assert.deepEqual(pids.map(isGone), pids.map(() => true));
  running = await startRealClusters([NAME], dataDir, file);
  assert.equal((await send('GET', '/api/v1/namespaces/kube-system')).body.metadata.uid, uid);
  await eventually('fits is still Ready', async () => (await readyReplicas('fits')) === 2);
});

test('the parts end with a parent that was killed', { skip: skip || (process.platform !== 'linux' && 'needs Linux') }, async () => {
  await running.stop();
  const clusterFile = JSON.stringify(file);
  const script = `import(${JSON.stringify(new URL('./realClusters.mjs', import.meta.url).href)}).then(async m => {
    const running = await m.startRealClusters(['${NAME}'], ${JSON.stringify(dataDir)}, ${clusterFile});
    console.log(JSON.stringify(running.pids()));
  })`;
  const parent = execFile(process.execPath, ['-e', script]);
  const pids = await new Promise((resolve, reject) => {
    parent.stdout.once('data', text => resolve(Object.values(JSON.parse(text)[NAME])));
    parent.once('exit', code => reject(new Error(`ended with ${code}`)));
  });
  parent.kill('SIGKILL');
  await eventually('all five are gone', () => pids.every(isGone), 5000);
});
