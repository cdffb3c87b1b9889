/** What is asked of pods through the API server: their proxy and their logs. */
import { badRequest, kubeError, systemContext, type KubeObject, type ProxyCall, type ResourceService } from '@flotilla/kube-api';
import { isDown } from '../controllers/nodes';
import { containerState } from '../controllers/podStatus';
import { logLines, type Life } from './logs';
import { metricsText } from './metricsText';
import type { Traffic } from './traffic';

/** What stands behind an API whose pods answer. */
export interface PodAnswersOptions {
  service: ResourceService;
  traffic: Traffic;
  /** By name, whatever is said of it at the door. */
  node(name: string): Promise<KubeObject | undefined>;
  /** In ms. */
  now(): number;
}

const { principal } = systemContext('kube-apiserver');
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const HEALTH = new Set(['healthz', 'livez', 'readyz']);

/** Answers `/proxy` and `/log` of Pods. */
export function podAnswers({ service, traffic, node, now }: PodAnswersOptions): { proxy(call: ProxyCall): Promise<void>; readLog(call: ProxyCall): Promise<void> } {
  // Whoever may read a pod's log need not be one who may read the pod.
  const podOf = ({ ctx, info, namespace }: ProxyCall, name: string) => service.get({ ...ctx, principal }, { info, namespace, name });

  async function proxy(call: ProxyCall) {
    const { request, response, path } = call;
    // `[scheme:]name[:port]`
    const parts = call.name.split(':');
    const [name, port = '80'] = ['http', 'https'].includes(parts[0]) ? parts.slice(1) : parts;
    const pod = await podOf(call, name);
    const unreachable = (why: string) => kubeError(503, 'ServiceUnavailable', `error trying to reach service: dial tcp ${pod.status?.podIP ?? ''}:${port || 80}: ${why}`);
    const home = await node(pod.spec.nodeName ?? '');
    if (!home || isDown(home)) throw unreachable('i/o timeout');
    const running = containerState(pod)?.state.running;
    if (!running) throw unreachable('connect: connection refused');
    const send = (code: number, text: string, type = 'text/plain; charset=utf-8') => {
      response.writeHead(code, { 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    const at = path.join('/');
    if (request.method !== 'GET' && request.method !== 'HEAD') send(405, 'method not allowed\n');
    else if (at === 'metrics') send(200, metricsText(traffic, pod, Date.parse(running.startedAt), now()), METRICS_TYPE);
    else if (HEALTH.has(at)) send(200, 'ok');
    else send(at === '' ? 200 : 404, at === '' ? `${name}\n` : 'not found\n');
  }

  async function readLog(call: ProxyCall) {
    const { query, response } = call;
    const pod = await podOf(call, call.name);
    const home = await node(pod.spec.nodeName ?? '');
    const container = containerOf(pod, query.get('container') || undefined);
    const life = lifeOf(pod, container, isTrue(query, 'previous'));
    if (!home || isDown(home)) throw kubeError(500, 'InternalError', `Get "https://${pod.status?.hostIP}:10250/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}": dial tcp ${pod.status?.hostIP}:10250: i/o timeout`);
    const sinceSeconds = whole(query, 'sinceSeconds');
    const sinceTime = Date.parse(query.get('sinceTime') ?? '') || 0;
    const since = sinceSeconds === undefined ? sinceTime : now() - sinceSeconds * 1000;
    const lines = logLines(pod, life, now(), { tail: whole(query, 'tailLines'), since });
    const timestamps = isTrue(query, 'timestamps');
    const text = lines.map(([at, words]) => `${timestamps ? `${new Date(at).toISOString()} ` : ''}${words}\n`).join('');
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(text.slice(0, whole(query, 'limitBytes') ?? text.length));
  }

  return { proxy, readLog };
}

const isTrue = (query: URLSearchParams, name: string) => ['true', '1', ''].includes(query.get(name) ?? 'false');

function whole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must be a whole number that is not negative`);
  return Number(text);
}

function containerOf({ metadata: { name }, spec }: KubeObject, asked: string | undefined): string {
  const names: string[] = spec.containers.map((each: any) => each.name);
  if (asked === undefined && names.length > 1) throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  const found = names.find(each => each === (asked ?? names[0]));
  if (found === undefined) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  return found;
}

/** The life that a log is about: the one that runs or ended last, or with `previous` the one before. */
function lifeOf(pod: KubeObject, container: string, previous: boolean): Life {
  const { state, lastState } = containerState(pod) ?? {};
  const terminated = previous ? lastState?.terminated : (state?.terminated ?? (state?.running ? undefined : lastState?.terminated));
  if (terminated) return { startedAt: Date.parse(terminated.startedAt), finishedAt: Date.parse(terminated.finishedAt), exitCode: terminated.exitCode };
  const { name } = pod.metadata;
  if (previous) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  if (!state?.running) throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${(state?.waiting as { reason?: string } | undefined)?.reason ?? 'ContainerCreating'}`);
  return { startedAt: Date.parse(state.running.startedAt) };
}
