/** metrics.k8s.io: what pods and nodes use now, worked out when it is asked. */
import { canonicalQuantity, matchesFields, matchesLabels, notFound, timestamp, type KubeObject, type ListRequest, type ResourceInfo, type ResourceService, type ResourceStorage, type Target } from '@flotilla/kube-api';
import { isDown } from '../controllers/nodes';
import { containerState } from '../controllers/podStatus';
import type { Traffic } from './traffic';
import { usageOf, type Usage } from './usage';

const GROUP = 'metrics.k8s.io';
const API_VERSION = `${GROUP}/v1beta1`;
/** Over how long usage is said to be taken. */
const WINDOW = '15s';

const infoOf = (resource: string, kind: string, namespaced: boolean): ResourceInfo => ({
  group: GROUP,
  version: 'v1beta1',
  resource,
  kind,
  singular: '',
  shortNames: [],
  categories: [],
  namespaced,
  subresources: { status: false },
  schema: { type: 'object' },
  columns: [],
  custom: false,
  strategicMerge: false,
  verbs: ['get', 'list'],
});

/** The kinds of metrics.k8s.io, for the registry. */
export const metricsInfos: readonly ResourceInfo[] = [infoOf('nodes', 'NodeMetrics', false), infoOf('pods', 'PodMetrics', true)];

const shown = ({ cpu, memory }: Usage) => ({ cpu: String(canonicalQuantity(`${Math.round(cpu * 1e9)}n`)), memory: `${Math.round(memory / 1024)}Ki` });
const isRunning = (pod: KubeObject) => pod.status?.phase === 'Running' && Boolean(containerState(pod)?.state.running);

interface MetricsOptions {
  storage: ResourceStorage;
  traffic: Traffic;
  /** In ms. */
  now(): number;
}

/** A service that answers for metrics.k8s.io itself, and leaves the rest to another. */
export function withMetrics(inner: ResourceService, { storage, traffic, now }: MetricsOptions): ResourceService {
  const about = ({ metadata: { name, namespace, labels } }: KubeObject, kind: string): KubeObject => ({
    apiVersion: API_VERSION,
    kind,
    metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }), creationTimestamp: timestamp(new Date(now())) },
    timestamp: timestamp(new Date(now())),
    window: WINDOW,
  });
  const ofPod = (pod: KubeObject): KubeObject => {
    const { cpu, memory } = usageOf(traffic, pod);
    const containers: any[] = pod.spec.containers;
    const share = shown({ cpu: cpu / containers.length, memory: memory / containers.length });
    return { ...about(pod, 'PodMetrics'), containers: containers.map(({ name }) => ({ name, usage: share })) };
  };
  const ofNode = (node: KubeObject, pods: readonly KubeObject[]): KubeObject => {
    const usages = pods.filter(pod => pod.spec.nodeName === node.metadata.name && isRunning(pod)).map(pod => usageOf(traffic, pod));
    const sum = (of: (usage: Usage) => number) => usages.reduce((total, each) => total + of(each), 0);
    return { ...about(node, 'NodeMetrics'), usage: shown({ cpu: sum(each => each.cpu), memory: sum(each => each.memory) }) };
  };
  /** Of what runs on nodes that answer. */
  async function all({ info, namespace }: Target): Promise<KubeObject[]> {
    const nodes = (await storage.list({ group: '', resource: 'nodes' })).items.filter(each => !isDown(each));
    const names = new Set(nodes.map(each => each.metadata.name));
    const range = info.kind === 'PodMetrics' && namespace ? { namespace } : {};
    const pods = (await storage.list({ group: '', resource: 'pods', ...range })).items.filter(pod => names.has(pod.spec?.nodeName) && isRunning(pod));
    return info.kind === 'PodMetrics' ? pods.map(ofPod) : nodes.map(node => ofNode(node, pods));
  }
  const isOurs = ({ info }: Target) => info.group === GROUP;
  return {
    ...inner,
    async get(ctx, target) {
      if (!isOurs(target)) return inner.get(ctx, target);
      const found = (await all(target)).find(each => each.metadata.name === target.name);
      if (!found) throw notFound(target.info, target.name!);
      return found;
    },
    async list(ctx, target, request: ListRequest) {
      if (!isOurs(target)) return inner.list(ctx, target, request);
      const items = (await all(target)).filter(each => matchesLabels(each, request.labels) && matchesFields(each, request.fields));
      return { apiVersion: API_VERSION, kind: `${target.info.kind}List`, metadata: { resourceVersion: '' }, items };
    },
  };
}
