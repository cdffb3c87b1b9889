/**
 * One real Kubernetes cluster on this machine: etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok
 * (which plays the kubelets), all on loopback, all ended with the process that started them.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterFile } from './clusterFile.mjs';

const STAGES = fileURLToPath(new URL('../tools/kubernetes/stages.yaml', import.meta.url));

/** Controllers that need neither kubelets nor a cloud; each one left out saves memory on a small machine. */
const CONTROLLERS = [
  'deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob', 'endpointslice', 'namespace', 'serviceaccount',
  'resourcequota', 'garbage-collector', 'pod-garbage-collector', 'horizontal-pod-autoscaler', 'node-lifecycle',
  'disruption', 'ttl-after-finished',
].map(name => `${name}-controller`);

/** Go keeps less garbage around, for a little CPU. By the parent's id a part that starts as an orphan knows that it is one. */
const PART_ENVIRONMENT = { ...process.env, GOGC: '50', FLOTILLA_PARENT_PID: String(process.pid) };

const START_LIMIT_MS = 90_000;
const REQUEST_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 3_000;
/** Doubled each time a part ends by itself, up to the limit; a part that cannot run must not keep a core busy. */
const RESTART_AFTER_MS = { first: 1_000, limit: 60_000 };

async function isFree(port) {
  return new Promise(resolve => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class RealCluster {
  #parts = new Map();
  #stopping = false;
  #log;

  /**
   * @param {string} name
   * @param {object} options
   * @param {string} options.binary - From `ensureRealKubernetes`.
   * @param {string} options.folder - Holds everything that has to survive a restart.
   * @param {string} options.kubeconfig - Where the administrator's kubeconfig is written.
   * @param {import('./clusterFile.mjs').ClusterSpec} options.spec - Nodes and background load.
   * @param {(line: string) => void} options.log
   * @param {boolean} [options.controllers] - False: etcd and kube-apiserver alone, for measuring the API.
   */
  constructor(name, { binary, folder, kubeconfig, spec, log, controllers = true }) {
    Object.assign(this, { name, binary, folder, kubeconfig, spec, controllers });
    this.#log = log;
  }

  /** Resolves when nodes and background load are stored and every part runs. */
  async start() {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    await this.#choosePorts();
    this.#makeCredentials();
    this.#run('etcd');
    this.#run('kube-apiserver');
    await this.#ready();
    this.#writeKubeconfig();
    await this.#applyAll();
    if (!this.controllers) return;
    for (const part of ['kube-controller-manager', 'kube-scheduler', 'kwok']) this.#run(part);
  }

  /** Ends every part; etcd last, so that it holds what the others wrote. */
  async stop() {
    this.#stopping = true;
    const others = [...this.#parts.keys()].filter(part => part !== 'etcd');
    await Promise.all(others.map(part => this.#end(part)));
    await this.#end('etcd');
  }

  /**
   * Breaks or mends the cluster's API server: `down` ends it, `hang` pauses it (it accepts connections and never
   * answers), `up` undoes either.
   */
  async fault(what) {
    const apiserver = this.#parts.get('kube-apiserver');
    if (what === 'hang') {
      apiserver?.child.kill('SIGSTOP');
    } else if (what === 'down') {
      await this.#end('kube-apiserver', 'SIGKILL');
    } else if (what === 'up') {
      apiserver?.child.kill('SIGCONT');
      if (!apiserver) this.#run('kube-apiserver');
      await this.#ready();
    } else {
      throw new Error(`a real cluster knows down, hang and up, not "${what}"`);
    }
  }

  /** Process ids by part, for measuring. */
  pids() {
    return Object.fromEntries([...this.#parts].map(([part, { child }]) => [part, child.pid]));
  }

  #path(...parts) {
    return join(this.folder, ...parts);
  }

  /** The ports of the last time where they are still free: whoever keeps a kubeconfig finds the cluster again. */
  async #choosePorts() {
    const file = this.#path('ports.json');
    const last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    this.ports = {};
    for (const use of ['etcd', 'peer', 'api']) {
      this.ports[use] = last[use] && (await isFree(last[use])) ? last[use] : await freePort();
    }
    writeFileSync(file, JSON.stringify(this.ports));
  }

  #makeCredentials() {
    if (!existsSync(this.#path('tokens.csv'))) {
      const token = randomBytes(32).toString('hex');
      writeFileSync(this.#path('tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    }
    this.token = readFileSync(this.#path('tokens.csv'), 'utf8').split(',')[0];
    if (!existsSync(this.#path('service-accounts.key'))) {
      const pem = { type: 'pkcs8', format: 'pem' };
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: { type: 'spki', format: 'pem' } });
      writeFileSync(this.#path('service-accounts.key'), privateKey, { mode: 0o600 });
    }
  }

  #arguments(part) {
    const { etcd, peer, api } = this.ports;
    const key = this.#path('service-accounts.key');
    const asAdmin = ['--kubeconfig', this.kubeconfig];
    switch (part) {
      case 'etcd':
        return [
          '--data-dir', this.#path('etcd'), '--unsafe-no-fsync', '--log-level=error',
          `--listen-client-urls=http://127.0.0.1:${etcd}`, `--advertise-client-urls=http://127.0.0.1:${etcd}`,
          `--listen-peer-urls=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
          `--initial-cluster=default=http://127.0.0.1:${peer}`,
        ];
      case 'kube-apiserver':
        return [
          `--etcd-servers=http://127.0.0.1:${etcd}`, '--bind-address=127.0.0.1', `--secure-port=${api}`,
          '--cert-dir', this.#path('certificates'), '--token-auth-file', this.#path('tokens.csv'), '--authorization-mode=RBAC',
          '--anonymous-auth=false', '--service-cluster-ip-range=10.96.0.0/16', '--service-account-issuer=https://kubernetes.default.svc',
          '--service-account-key-file', key, '--service-account-signing-key-file', key,
          // No controller here mounts tokens into pods that never run a process.
          '--disable-admission-plugins=ServiceAccount', '--endpoint-reconciler-type=none', '--shutdown-delay-duration=0s',
        ];
      case 'kube-controller-manager':
        return [...asAdmin, '--controllers', CONTROLLERS.join(','), '--leader-elect=false', '--secure-port=0'];
      case 'kube-scheduler':
        return [...asAdmin, '--leader-elect=false', '--secure-port=0'];
      default:
        // Without leases Kubernetes takes the nodes for dead after 50 s, and their pods for not ready.
        return [...asAdmin, '--config', STAGES, '--manage-all-nodes=true', '--node-lease-duration-seconds=40'];
    }
  }

  #run(part, restartAfterMs = RESTART_AFTER_MS.first) {
    const output = openSync(this.#path(`${part}.log`), 'w', 0o600);
    const child = spawn(this.binary, [part, ...this.#arguments(part)], { stdio: ['ignore', output, output], env: PART_ENVIRONMENT });
    closeSync(output);
    const running = { child, ended: new Promise(resolve => child.once('exit', resolve).once('error', resolve)), wanted: true };
    this.#parts.set(part, running);
    running.ended.then(async () => {
      if (this.#parts.get(part) === running) this.#parts.delete(part);
      if (this.#stopping || !running.wanted) return;
      this.#log(`${part} of ${this.name} ended by itself and is started again; see ${this.#path(`${part}.log`)}`);
      await sleep(restartAfterMs, undefined, { ref: false });
      if (!this.#stopping && !this.#parts.has(part)) this.#run(part, Math.min(restartAfterMs * 2, RESTART_AFTER_MS.limit));
    });
  }

  async #end(part, signal = 'SIGTERM') {
    const running = this.#parts.get(part);
    if (!running) return;
    running.wanted = false;
    running.child.kill(signal);
    // A paused process takes SIGTERM only once it goes on.
    running.child.kill('SIGCONT');
    const kill = setTimeout(() => running.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await running.ended;
    clearTimeout(kill);
  }

  async #ready() {
    const deadline = Date.now() + START_LIMIT_MS;
    let why = 'no answer yet';
    while (Date.now() < deadline) {
      if (this.#stopping) throw new Error(`${this.name} was stopped while it started`);
      try {
        // The API server writes its certificate, with the authority that signed it, when it first starts.
        this.authority = readFileSync(this.#path('certificates', 'apiserver.crt'), 'utf8');
        const { status } = await this.#send('GET', '/readyz');
        if (status === 200) return;
        why = `readyz answers ${status}`;
      } catch (error) {
        why = error.message;
      }
      await sleep(200);
    }
    throw new Error(`${this.name} was not ready after ${START_LIMIT_MS / 1000} s (${why}); see ${this.#path('kube-apiserver.log')}`);
  }

  #writeKubeconfig() {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: this.name,
          cluster: {
            server: `https://127.0.0.1:${this.ports.api}`,
            'certificate-authority-data': Buffer.from(this.authority).toString('base64'),
          },
        },
      ],
      users: [{ name: 'admin', user: { token: this.token } }],
      contexts: [{ name: this.name, context: { cluster: this.name, user: 'admin' } }],
      'current-context': this.name,
    };
    // JSON is YAML, and needs no library to write.
    writeFileSync(this.kubeconfig, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  }

  async #applyAll() {
    const { nodesOf, workloadsOf } = clusterFile();
    for (const { status, ...node } of nodesOf(this.spec)) {
      const path = `/api/v1/nodes/${node.metadata.name}`;
      await this.#apply(path, node);
      await this.#apply(`${path}/status`, { ...node, spec: undefined, status });
    }
    for (const object of workloadsOf(this.spec)) {
      const { name, namespace } = object.metadata;
      await this.#apply(
        object.kind === 'Namespace' ? `/api/v1/namespaces/${name}` : `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
        object,
      );
    }
  }

  async #apply(path, object) {
    const { status, body } = await this.#send('PATCH', `${path}?fieldManager=demo&force=true`, object);
    if (status >= 300) throw new Error(`${this.name}: apply ${path}: ${status} ${body.slice(0, 500)}`);
  }

  #send(method, path, object) {
    const options = {
      method,
      host: '127.0.0.1',
      port: this.ports.api,
      path,
      ca: this.authority,
      timeout: REQUEST_LIMIT_MS,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/apply-patch+yaml' },
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('error', reject);
      outgoing.end(object && JSON.stringify(object));
    });
  }
}
