import { randomUUID } from 'node:crypto';
import { createRegistry, createResourceService, MemoryStorage, startGarbageCollector, startNamespaceController, systemContext, type KubeObject } from '@flotilla/kube-api';
import { memberAdmission } from '../controllers/admission';
import { runControllers } from '../controllers/run';
import { Traffic } from '../pods/traffic';
import { seeded } from '../seeded';

const context = systemContext('test');

export interface Simulation {
  /** Seconds of the cluster's own time pass, with all that happens in them. */
  pass(seconds: number): Promise<void>;
  create(object: KubeObject): Promise<KubeObject>;
  patch(kind: string, name: string, body: object): Promise<void>;
  /** Writes a status as somebody from outside would. */
  status(kind: string, name: string, status: object): Promise<void>;
  remove(kind: string, name: string): Promise<void>;
  /** One object as it is; undefined when there is none. */
  get(kind: string, name: string): Promise<any>;
  list(kind: string): Promise<any[]>;
  /** How many writes there have been. */
  writes(): Promise<number>;
  faults: unknown[];
  traffic: Traffic;
  /** What the cluster's clock says, in ms. */
  now(): number;
  end(): void;
}

const API: Record<string, string> = {
  Deployment: 'apps/v1', ReplicaSet: 'apps/v1', StatefulSet: 'apps/v1', DaemonSet: 'apps/v1', ControllerRevision: 'apps/v1', Job: 'batch/v1', CronJob: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2', EndpointSlice: 'discovery.k8s.io/v1', Pod: 'v1', Node: 'v1', Namespace: 'v1', Service: 'v1', ResourceQuota: 'v1', PersistentVolumeClaim: 'v1', Event: 'v1',
};

/** The controllers over an API in memory, in time of their own: timers fire when {@link Simulation.pass} says so. */
export async function simulate(nodes: KubeObject[]): Promise<Simulation> {
  const storage = new MemoryStorage();
  const registry = createRegistry();
  const ending = new AbortController();
  const timers: { at: number; call: () => void }[] = [];
  const faults: unknown[] = [];
  let now = Date.parse('2030-01-01T00:00:00Z');
  const traffic = new Traffic(() => now);
  const service = createResourceService({ storage, registry, admission: memberAdmission(storage), now: () => new Date(now), uid: randomUUID });
  const targetOf = (kind: string, name?: string, subresource?: 'status') => {
    const info = registry.byKind(API[kind], kind)!;
    return { info, namespace: info.namespaced ? 'default' : undefined, name, subresource };
  };
  // Until nothing is written any more, work goes on from one turn of the event loop to the next.
  async function settle() {
    for (let quiet = 0, seen = ''; quiet < 4; quiet += 1) {
      await new Promise(resolve => setImmediate(resolve));
      const version = await storage.version();
      if (version !== seen) quiet = 0;
      seen = version;
    }
  }
  const create = (object: KubeObject) => service.create(context, { ...targetOf(object.kind), namespace: object.metadata.namespace }, object, {});
  const simulation: Simulation = {
    faults,
    traffic,
    now: () => now,
    create,
    async pass(seconds) {
      const until = now + seconds * 1000;
      await settle();
      for (;;) {
        const next = timers.sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        timers.shift();
        now = Math.max(now, next.at);
        next.call();
        await settle();
      }
      now = until;
    },
    patch: async (kind, name, body) => void (await service.patch(context, targetOf(kind, name), { type: 'merge', body }, {})),
    status: async (kind, name, status) => void (await service.patch(context, targetOf(kind, name, 'status'), { type: 'merge', body: { status } }, {})),
    remove: async (kind, name) => void (await service.delete(context, targetOf(kind, name), { propagationPolicy: 'Background' })),
    get: async (kind, name) => storage.get({ group: targetOf(kind).info.group, resource: targetOf(kind).info.resource, namespace: targetOf(kind).namespace ?? '', name }),
    list: async kind => (await storage.list(targetOf(kind).info)).items,
    writes: async () => Number(await storage.version()),
    end: () => ending.abort(),
  };
  for (const name of ['default', 'kube-system']) await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const { status, ...node } of nodes) {
    await create(node as KubeObject);
    await simulation.status('Node', node.metadata.name!, status);
  }
  const controllers = { storage, registry, service, signal: ending.signal };
  void startGarbageCollector(controllers);
  void startNamespaceController(controllers);
  const after = (ms: number, call: () => void) => void timers.push({ at: now + ms, call });
  runControllers({ storage, service, registry, now: () => now, after, random: seeded('test'), traffic }, ending.signal, error => faults.push(error));
  return simulation;
}

/** A node with room for ten pods of one core. */
export const node = (name: string, more: { labels?: Record<string, string>; taints?: object[]; allocatable?: Record<string, string>; unschedulable?: boolean } = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: more.labels },
  spec: { taints: more.taints, unschedulable: more.unschedulable },
  status: { allocatable: { cpu: '10', memory: '64Gi', pods: '110', ...more.allocatable }, addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
});

/** A pod template of one container. */
export const template = (labels: Record<string, string>, image = 'example.com/app:1', requests: Record<string, string> = { cpu: '1' }, more: object = {}, annotations?: Record<string, string>) => ({
  metadata: { labels, annotations },
  spec: {
    ...more,
    containers: [{ name: 'main', image, resources: { requests, limits: Object.fromEntries(Object.entries(requests).filter(([resource]) => resource.includes('/'))) } }],
  },
});

export const deployment = (name: string, replicas: number, more: { template?: object; [field: string]: unknown } = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template({ app: name }), ...more },
});

export const statefulSet = (name: string, replicas: number, more: { template?: object; [field: string]: unknown } = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace: 'default' },
  spec: { replicas, serviceName: name, selector: { matchLabels: { app: name } }, template: template({ app: name }, undefined, { cpu: '10m' }), ...more },
});

export const daemonSet = (name: string, more: { template?: object; [field: string]: unknown } = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'default' },
  spec: { selector: { matchLabels: { app: name } }, template: template({ app: name }, undefined, { cpu: '10m' }), ...more },
});

export const service = (name: string, annotations: Record<string, string> = {}, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default', annotations },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...more },
});

export const quota = (name: string, hard: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: 'default' }, spec: { hard } });

export const autoscaler = (name: string, maxReplicas: number, more: object = {}): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, namespace: 'default' },
  spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }], ...more },
});

export const job = (name: string, spec: object, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default' },
  spec: { ...spec, template: template({ app: name }, undefined, undefined, { restartPolicy: 'Never' }, annotations) },
});
