/** One member cluster over direct HTTPS. */
import { MANAGED_BY_FLOTILLA } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, StatusObject } from '@flotilla/kube-api';
import { discover } from './discovery';
import { failed, refusalOf, Stopped } from './failure';
import type { Credentials } from './kubeconfig';
import type { ForwardAnswer, ForwardRequest } from './forward';
import { LineSplitter } from './lines';
import { pathOf, query } from './paths';
import { Transport, type TransportOptions } from './transport';
import type { Account } from './tokenClaims';
import type { ClusterConnection, MemberResource, MemberWatchEvent, Outcome, RequestLimits } from './types';

/** The field manager of everything we write. */
const FIELD_MANAGER = MANAGED_BY_FLOTILLA;
const PAGE = 500;
const LIST_MS = 60_000;
/** What is served changes seldom; a kind that is missing may have come a moment ago. */
const DISCOVERY_GOOD_MS = 5 * 60_000;
const DISCOVERY_PAUSE_MS = 3_000;
/** The cluster closes a watch after this; the silence limit is longer, as bookmarks come about once a minute. */
const WATCH_SECONDS = 300;
const WATCH_IDLE_MS = 150_000;
const LONGEST_EVENT = 4 * 1024 * 1024;

/** What is asked at every probe is small: whoever sends more is not let send it again and again. */
const PROBE_BYTES = 256 * 1024;

const TOKEN_BYTES = 64 * 1024;
const ACCOUNTS: MemberResource = { apiVersion: 'v1', kind: 'ServiceAccount', resource: 'serviceaccounts', namespaced: true };
const NAMESPACES: MemberResource = { apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespaced: false };

interface ListAnswer {
  metadata?: { resourceVersion?: string; continue?: string };
  items?: KubeObject[];
}

type ListOptions = Parameters<ClusterConnection['list']>[1];

/** Items of a list carry neither apiVersion nor kind; managedFields are half of an object and hardly anybody reads them. */
function trimmed(of: MemberResource, item: KubeObject, managers = false): KubeObject {
  if (item.metadata && !managers) delete item.metadata.managedFields;
  return { ...item, apiVersion: of.apiVersion, kind: of.kind };
}

export class HttpsConnection implements ClusterConnection {
  private readonly transport: Transport;
  private served: { byKind: Map<string, MemberResource>; at: number } | undefined;
  private discovering: Promise<Outcome<MemberResource[]>> | undefined;

  constructor(
    readonly cluster: string,
    private readonly options: TransportOptions,
  ) {
    this.transport = new Transport(options);
  }

  /** Also the probe: it does not wait behind other requests. */
  async identity(limits?: RequestLimits): Promise<Outcome<string>> {
    const found = await this.transport.json<KubeObject>({ method: 'GET', path: pathOf(NAMESPACES, '', 'kube-system'), urgent: true }, { maxBytes: PROBE_BYTES, ...limits });
    if (!found.ok) return found;
    const uid = found.value?.metadata?.uid;
    if (typeof uid === 'string' && uid) return { ok: true, value: uid, ms: found.ms };
    return failed({ reason: 'Refused', because: 'its kube-system namespace has no UID; is this a Kubernetes API server?' }, found.ms);
  }

  async version(limits?: RequestLimits): Promise<Outcome<{ gitVersion: string }>> {
    const found = await this.transport.json<{ gitVersion?: unknown }>({ method: 'GET', path: '/version' }, { maxBytes: PROBE_BYTES, ...limits });
    if (!found.ok) return found;
    if (typeof found.value?.gitVersion === 'string') return { ok: true, value: { gitVersion: found.value.gitVersion }, ms: found.ms };
    return failed({ reason: 'Refused', because: 'it does not say which version of Kubernetes it is; is this a Kubernetes API server?' }, found.ms);
  }

  async resources(limits?: RequestLimits): Promise<Outcome<MemberResource[]>> {
    const found = await discover((line, each) => this.transport.json(line, each), limits);
    if (found.ok) this.served = { byKind: new Map(found.value.map(each => [`${each.apiVersion}/${each.kind}`, each])), at: this.options.now() };
    return found;
  }

  async resourceOf(apiVersion: string, kind: string, limits?: RequestLimits): Promise<Outcome<MemberResource | undefined>> {
    const known = this.served?.byKind.get(`${apiVersion}/${kind}`);
    const age = this.options.now() - (this.served?.at ?? -Infinity);
    if (age < (known ? DISCOVERY_GOOD_MS : DISCOVERY_PAUSE_MS)) return { ok: true, value: known, ms: 0 };
    // Many ask at once at the start; one discovery answers them all.
    this.discovering ??= this.resources(limits).finally(() => {
      this.discovering = undefined;
    });
    const found = await this.discovering;
    if (!found.ok) return known ? { ok: true, value: known, ms: found.ms } : found;
    return { ok: true, value: this.served?.byKind.get(`${apiVersion}/${kind}`), ms: found.ms };
  }

  get(of: MemberResource, namespace: string, name: string, limits?: RequestLimits): Promise<Outcome<KubeObject>> {
    return this.transport.json({ method: 'GET', path: pathOf(of, namespace, name) }, limits);
  }

  async list(of: MemberResource, options: ListOptions, limits: RequestLimits = {}): Promise<Outcome<{ items: KubeObject[]; resourceVersion: string }>> {
    const { namespace, labelSelector, fieldSelector, managers, each } = options;
    const items: KubeObject[] = [];
    const began = this.options.now();
    const take = each ?? (item => items.push(item));
    let token: string | undefined;
    let resourceVersion = '';
    do {
      const left = (limits.timeoutMs ?? LIST_MS) - (this.options.now() - began);
      if (left <= 0) return failed({ reason: 'TimedOut', because: 'its list was not whole in time' }, this.options.now() - began);
      const path = pathOf(of, namespace) + query({ labelSelector, fieldSelector, limit: PAGE, continue: token });
      const page = await this.transport.json<ListAnswer>({ method: 'GET', path }, { ...limits, timeoutMs: left });
      if (!page.ok) return page;
      if (!Array.isArray(page.value?.items ?? [])) return failed({ reason: 'Refused', because: 'its list has no items' }, page.ms);
      for (const item of page.value?.items ?? []) take(trimmed(of, item, managers));
      resourceVersion = page.value?.metadata?.resourceVersion ?? resourceVersion;
      token = page.value?.metadata?.continue;
    } while (token);
    return { ok: true, value: { items, resourceVersion }, ms: this.options.now() - began };
  }

  watch(
    of: MemberResource,
    options: { namespace?: string; labelSelector?: string; resourceVersion: string },
    onEvent: (event: MemberWatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Outcome<void>> {
    const { namespace, labelSelector, resourceVersion } = options;
    const seconds = WATCH_SECONDS - Math.floor(this.options.random() * 60);
    const path = pathOf(of, namespace) + query({ labelSelector, watch: 1, resourceVersion, allowWatchBookmarks: true, timeoutSeconds: seconds });
    const lines = new LineSplitter(LONGEST_EVENT, line => onEvent(eventIn(line, of)));
    return this.transport.stream({ method: 'GET', path }, lines, WATCH_IDLE_MS, signal);
  }

  apply(of: MemberResource, object: KubeObject, options: { force: boolean; dryRun?: boolean }, limits?: RequestLimits): Promise<Outcome<KubeObject>> {
    const { namespace = '', name = '' } = object.metadata;
    const path = pathOf(of, namespace, name) + query({ fieldManager: FIELD_MANAGER, force: options.force, dryRun: options.dryRun ? 'All' : undefined });
    return this.transport.json({ method: 'PATCH', path, body: object, contentType: 'application/apply-patch+yaml' }, limits);
  }

  create(of: MemberResource, object: KubeObject, limits?: RequestLimits): Promise<Outcome<KubeObject>> {
    const path = pathOf(of, object.metadata.namespace) + query({ fieldManager: FIELD_MANAGER });
    return this.transport.json({ method: 'POST', path, body: object }, limits);
  }

  mergePatch(of: MemberResource, namespace: string, name: string, body: unknown, limits?: RequestLimits): Promise<Outcome<KubeObject>> {
    const path = pathOf(of, namespace, name) + query({ fieldManager: FIELD_MANAGER });
    return this.transport.json({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }, limits);
  }

  async delete(of: MemberResource, namespace: string, name: string, uid: string, limits?: RequestLimits): Promise<Outcome<void>> {
    // Background: what the object made (pods) goes with it, which is not the default for every old kind.
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid }, propagationPolicy: 'Background' };
    const answer = await this.transport.json<unknown>({ method: 'DELETE', path: pathOf(of, namespace, name), body }, limits);
    return answer.ok ? { ...answer, value: undefined } : answer;
  }

  async requestToken({ namespace, name }: Account, seconds: number, limits?: RequestLimits): Promise<Outcome<{ token: string; expiresAt: number }>> {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } };
    const path = `${pathOf(ACCOUNTS, namespace, name)}/token`;
    const answer = await this.transport.json<{ status?: { token?: unknown; expirationTimestamp?: string } }>({ method: 'POST', path, body }, { maxBytes: TOKEN_BYTES, ...limits });
    if (!answer.ok) return answer;
    const { token, expirationTimestamp } = answer.value?.status ?? {};
    const expiresAt = Date.parse(expirationTimestamp ?? '');
    if (typeof token === 'string' && token && expiresAt) return { ok: true, value: { token, expiresAt }, ms: answer.ms };
    return failed({ reason: 'Refused', because: 'its answer to a TokenRequest holds no token' }, answer.ms);
  }

  /** Goes on with other credentials for the same server; what runs is not broken off. */
  renew(credentials: Credentials): void {
    this.transport.renew(credentials);
  }

  forward(request: ForwardRequest, headMs: number, signal: AbortSignal): Promise<Outcome<ForwardAnswer>> {
    return this.transport.forward(request, headMs, signal);
  }

  close(): void {
    this.transport.close();
  }
}

function eventIn(line: string, of: MemberResource): MemberWatchEvent {
  let event: { type?: string; object?: KubeObject };
  try {
    event = JSON.parse(line);
  } catch {
    throw new Stopped({ reason: 'Refused', because: 'its watch sent something that is not JSON' });
  }
  if (event?.type === 'ERROR') {
    const status = event.object as unknown as StatusObject | undefined;
    throw new Stopped(refusalOf(status?.code ?? 500, JSON.stringify(status ?? {})));
  }
  if (!event?.object?.metadata || !['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].includes(event.type ?? '')) {
    throw new Stopped({ reason: 'Refused', because: 'its watch sent something that is not an event' });
  }
  return { type: event.type as MemberWatchEvent['type'], object: trimmed(of, event.object) };
}
