import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveInMemory } from '../testing/serveInMemory';
import { differences } from './compare';
import type { Difference } from './compare';
import { Connection } from './connection';
import { Conversation } from './conversation';
import type { Places } from './conversation';
import type { Scenario } from './scenario';
import { testKinds } from './testKinds';

const LABEL = 'differential';
const READY_LIMIT_MS = 60_000;

/**
 * Keeps the real cluster's controllers from writing the status of what a scenario makes: here the API is compared, not
 * what workloads come to. Controllers name no field manager; scenarios do where they write a status.
 */
const STILL_CONTROLLERS = (word: string) => {
  const name = `${LABEL}-${word}`;
  const inScenarios = { namespaceSelector: { matchLabels: { [LABEL]: word } } };
  const resourceRules = [{ apiGroups: ['apps', 'batch', 'autoscaling', 'policy'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['*/status'] }];
  const expression = "has(request.options.fieldManager) && request.options.fieldManager != ''";
  const of = (kind: string, spec: object) => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, spec });
  return [
    ['validatingadmissionpolicies', of('ValidatingAdmissionPolicy', { matchConstraints: { ...inScenarios, resourceRules }, validations: [{ expression }] })],
    ['validatingadmissionpolicybindings', of('ValidatingAdmissionPolicyBinding', { policyName: name, validationActions: ['Deny'], matchResources: inScenarios })],
  ] as const;
};

/** Ours and the real one, with the test kinds served by both. */
export class Servers {
  requests = 0;
  private count = 0;

  private constructor(
    readonly ours: Connection,
    readonly real: Connection,
    private readonly word: string,
    private readonly closing: () => Promise<void>,
  ) {}

  /** @param kubeconfig - path of the real cluster's */
  static async open(kubeconfig: string): Promise<Servers> {
    const dir = await mkdtemp(join(tmpdir(), 'flotilla-differential-'));
    const server = await serveInMemory({ dir });
    const ours = new Connection(server);
    const real = await Connection.fromKubeconfig(kubeconfig);
    const word = `r${Date.now().toString(36)}`;
    const servers = new Servers(ours, real, word, async () => {
      ours.close();
      real.close();
      await server.close();
      await rm(dir, { recursive: true, force: true });
    });
    await servers.prepare();
    return servers;
  }

  /** Leads the scenario with both servers at once. */
  async differences({ name, run }: Scenario): Promise<Difference[]> {
    const places = await this.newPlaces();
    const both = [this.ours, this.real].map(connection => new Conversation(connection, places));
    const outcomes = await Promise.allSettled(both.map(run));
    const [ours, real] = both.map(({ exchanges }, index) => {
      const outcome = outcomes[index];
      const failed = outcome.status === 'rejected' ? [{ request: 'the scenario broke off', status: 0, headers: {}, body: String(outcome.reason) }] : [];
      return [...exchanges, ...failed];
    });
    this.requests += both[1].exchanges.length;
    return differences(name, ours, real);
  }

  /** Fresh places, there on both servers. */
  async newPlaces(): Promise<Places> {
    const namespace = `n${++this.count}-${this.word}`;
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { [LABEL]: this.word } } };
    for (const connection of [this.ours, this.real]) await made(connection, '/api/v1/namespaces', body);
    return { word: this.word, namespace, group: this.group };
  }

  async close(): Promise<void> {
    for (let each = 1; each <= this.count; each++) await this.real.send('DELETE', `/api/v1/namespaces/n${each}-${this.word}`);
    for (const { metadata } of testKinds(this.group)) await this.real.send('DELETE', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${metadata.name}`);
    for (const [resource, { metadata }] of STILL_CONTROLLERS(this.word)) await this.real.send('DELETE', `/apis/admissionregistration.k8s.io/v1/${resource}/${metadata.name}`);
    await this.closing();
  }

  private get group(): string {
    return `${this.word}.example.com`;
  }

  private async prepare(): Promise<void> {
    for (const [resource, object] of STILL_CONTROLLERS(this.word)) await made(this.real, `/apis/admissionregistration.k8s.io/v1/${resource}`, object);
    for (const connection of [this.ours, this.real]) {
      for (const kind of testKinds(this.group)) {
        await made(connection, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', kind);
        const { group, names, versions } = kind.spec;
        await served(connection, `/apis/${group}/${versions[0].name}/${names.plural}`);
      }
    }
    const { namespace } = await this.newPlaces();
    await this.untilStill(namespace);
  }

  /** An admission policy acts a moment after it is made. */
  private async untilStill(namespace: string): Promise<void> {
    const name = 'still';
    const spec = { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } };
    await made(this.real, `/apis/batch/v1/namespaces/${namespace}/jobs`, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec });
    const body = { status: { active: 0 } };
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${name}/status`;
    await eventually(`${LABEL} policy`, async () => (await this.real.send('PATCH', path, { body, type: 'application/merge-patch+json' })).status === 422);
  }
}

async function made(connection: Connection, path: string, body: unknown): Promise<void> {
  const { status, text } = await connection.send('POST', path, { body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

const served = (connection: Connection, path: string) => eventually(path, async () => (await connection.send('GET', path)).status === 200);

async function eventually(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + READY_LIMIT_MS; Date.now() < deadline; await sleep(50)) if (await check()) return;
  throw new Error(`${what} was not there in time`);
}
