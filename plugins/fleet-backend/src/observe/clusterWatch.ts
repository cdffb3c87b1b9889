/**
 * Watches one member: asks every few seconds whether it answers, makes sure it is still the same cluster, and keeps its
 * nodes, pods, kinds and our objects up to date. While it does not answer, or another one answers in its place, nothing
 * is read and what was seen stays, with its times.
 */
import { LABEL_HUB, LABEL_MANAGED_BY, MANAGED_BY_FLOTILLA } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { ClusterConnection, ClusterDirectory, MemberResource, Outcome } from '../clusters/types';
import { type Clock, sleep } from './clock';
import type { Gate } from './gate';
import { AUTOSCALERS, COMPONENT_KINDS, EVENTS, idOf, type Kind, NODES, OTHER_WORKLOADS, PODS, WORKLOADS } from './kinds';
import type { LocalHealth } from './localHealth';
import { look } from './look';
import type { MemberKind } from './members/types';
import { NodeTable } from './nodeTable';
import { OurObjects, targetOf } from './ours';
import { PodTable } from './podTable';
import { Reach } from './reach';
import { Reflector, type Sink } from './reflector';
import { both, marked } from './sinks';
import type { ClusterSeen, LiveObjects, WatchedToBeShown } from './types';

export interface ClusterWatchOptions {
  cluster: string;
  hub: string;
  directory: ClusterDirectory;
  clock: Clock;
  random(): number;
  lists: Gate;
  self: LocalHealth;
  /** Where what is shown of a kind goes. */
  shown(kind: MemberKind): Sink;
  /** What is watched for no other reason than to be shown. */
  toBeShown: WatchedToBeShown;
  /** What an earlier process saw. */
  before?: ClusterSeen;
  /** After every look. */
  onLook(reachable: ClusterSeen['reachable']): void;
  onReach(ok: boolean): void;
  onFacts(): void;
  onObject(target: string, object: KubeObject, gone: boolean): void;
}

const PROBE_MS = 3_500;
const PROBE_LIMIT_MS = 2_000;
/** Straight looks that our own lateness excuses; a dead cluster must be shown even by a busy process. */
const EXCUSES = 1;
const DISCOVERY_MS = 60_000;
const DISCOVERY_SOONEST_MS = 5_000;

const heldBecause = (known: string, found: string) =>
  `another cluster answers at its address: kube-system has UID ${found}, and had ${known} before. Nothing is read from it or written to it; if it was replaced on purpose, register it anew`;

/** The kind under which workloads are shown; undefined for others, whatever they are called. */
const shownKindOf = (kind: Kind) => WORKLOADS.find(each => idOf(each) === idOf(kind))?.kind as MemberKind | undefined;

export class ClusterWatch {
  probeMs = PROBE_MS;
  private readonly reach: Reach;
  private readonly nodes: NodeTable;
  private readonly pods: PodTable;
  private readonly ours: OurObjects;
  private readonly reflectors = new Map<string, Reflector>();
  /** Kinds of interest that discovery has not shown yet. */
  private readonly unknown = new Set<string>();
  private readonly troubles = new Map<string, Extract<Outcome<void>, { ok: false }>>();
  private readonly stopping = new AbortController();
  /** The connection whose identity was checked; only this one is read from. */
  private trusted: ClusterConnection | undefined;
  private uid: string;
  private version: string;
  private discovered: { at: number; resources: MemberResource[]; apis: string[] } | undefined;
  private nextDiscovery = 0;
  private excuses = 0;
  /** Ends the pause before the next look. */
  private lookNow = () => {};
  private cached: ClusterSeen | undefined;

  constructor(private readonly options: ClusterWatchOptions) {
    const { clock, before } = options;
    this.uid = before?.uid ?? '';
    this.version = before?.version ?? '';
    this.reach = new Reach(clock.now(), before?.reachable.lastAnswerAt);
    this.ours = new OurObjects((object, gone) => this.objectChanged(object, gone), namespace => this.pods.rematch(namespace));
    this.nodes = new NodeTable(() => this.changed());
    this.pods = new PodTable((namespace, labels) => this.ours.targetOfPod(namespace, labels), () => this.changed());
    this.reflect(NODES, both(this.nodes, options.shown('Node')));
    this.reflect(PODS, both(this.pods, options.shown('Pod')));
    this.reflect(AUTOSCALERS, this.ours.sink(AUTOSCALERS.apiVersion, AUTOSCALERS.kind));
    COMPONENT_KINDS.forEach(kind => this.reflectOurs(kind));
    if (options.toBeShown.workloads) OTHER_WORKLOADS.forEach(kind => this.reflectOurs(kind));
    if (options.toBeShown.events) this.reflect(EVENTS, options.shown('Event'));
  }

  get live(): LiveObjects {
    return this.ours.live;
  }

  get served(): readonly MemberResource[] {
    return this.discovered?.resources ?? [];
  }

  /** When what is known of a kind was last true, milliseconds since the epoch; undefined before its first whole list. */
  seenAt(kind: string): number | undefined {
    const reflected = [NODES, PODS, EVENTS, ...WORKLOADS].find(each => each.kind === kind);
    return reflected && this.trueAt(reflected);
  }

  /** Whether our objects of this kind have been listed whole. */
  listed(kind: Kind): boolean {
    return this.reflectors.get(idOf(kind))?.trueAt() !== undefined;
  }

  /** Probes until stopped. */
  async run(): Promise<void> {
    const { clock, random } = this.options;
    const signal = this.stopping.signal;
    while (!signal.aborted) {
      const began = clock.now();
      await this.probe(signal);
      if (!signal.aborted) this.options.onLook(this.reach.value);
      await this.rest(Math.max(50, this.probeMs - (clock.now() - began)) * (0.85 + random() * 0.3), signal);
    }
  }

  private async rest(ms: number, signal: AbortSignal) {
    const resting = new AbortController();
    const end = () => resting.abort();
    this.lookNow = end;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await sleep(this.options.clock, ms, resting.signal);
    signal.removeEventListener('abort', end);
    this.lookNow = () => {};
  }

  stop(): void {
    this.pause();
    this.stopping.abort();
  }

  /** Watches our objects of these kinds too, as soon as discovery knows them. */
  interest(kinds: Kind[]): void {
    for (const kind of kinds) if (!this.reflectors.has(idOf(kind))) this.unknown.add(idOf(kind));
    if (this.unknown.size === 0) return;
    this.reflectKnown();
    if (this.unknown.size > 0) this.discoverSoon();
  }

  private reflectKnown() {
    for (const resource of this.served) {
      if (this.unknown.delete(idOf(resource))) this.reflectOurs(resource);
    }
  }

  private reflectOurs(resource: MemberResource) {
    const { hub, shown, toBeShown } = this.options;
    const marks = { [LABEL_MANAGED_BY]: MANAGED_BY_FLOTILLA, [LABEL_HUB]: hub };
    const ours = this.ours.sink(resource.apiVersion, resource.kind);
    const kind = shownKindOf(resource);
    const whole = kind !== undefined && toBeShown.workloads;
    const sink = whole ? both(marked(marks, ours), shown(kind)) : kind ? both(ours, shown(kind)) : ours;
    const reflector = this.reflect(resource, sink, whole ? undefined : Object.entries(marks).map(([key, value]) => `${key}=${value}`).join());
    if (this.trusted) reflector.start(this.trusted);
  }

  private discoverSoon() {
    this.nextDiscovery = Math.min(this.nextDiscovery, (this.discovered?.at ?? 0) + DISCOVERY_SOONEST_MS);
  }

  /** What is known now; undefined until the cluster was asked once. */
  seen(): ClusterSeen | undefined {
    const { cluster } = this.options;
    const reachable = this.reachable();
    if (!reachable) return undefined;
    this.cached ??= this.count();
    const ages = { nodes: this.trueAt(NODES), pods: this.trueAt(PODS) };
    const facts = this.cached;
    return {
      ...facts,
      cluster,
      uid: this.uid,
      version: this.version,
      reachable,
      ...(facts.nodes && ages.nodes ? { nodes: { ...facts.nodes, seenAt: ages.nodes } } : {}),
      ...(facts.room && ages.pods ? { room: { ...facts.room, seenAt: ages.pods } } : {}),
      ...(this.discovered ? { apis: { value: this.discovered.apis, seenAt: this.discovered.at } } : {}),
    };
  }

  /** Nodes and pods as they were before, until both were listed whole: half a list would show room that is not there. */
  private count(): ClusterSeen {
    const { before, cluster } = this.options;
    const known = before ?? { cluster, uid: '', version: '', reachable: this.reach.value, pods: {} };
    const [nodesAt, podsAt] = [this.trueAt(NODES), this.trueAt(PODS)];
    if (!nodesAt || !podsAt) return known;
    const { nodes, room } = this.nodes.summary(node => this.pods.asked(node));
    return {
      ...known,
      nodes: { value: nodes, seenAt: nodesAt },
      room: { ...room, pods: this.pods.bound(), seenAt: podsAt },
      pods: this.pods.byTarget(),
    };
  }

  private trueAt(resource: MemberResource): number | undefined {
    const at = this.reflectors.get(idOf(resource))?.trueAt();
    // An open watch says nothing while the cluster does not answer.
    return at === undefined ? undefined : Math.min(at, this.reach.value.lastAnswerAt || at);
  }

  /** Whether it answers; undefined until it was asked once. */
  reachable(): ClusterSeen['reachable'] | undefined {
    const { value } = this.reach;
    if (!this.options.before && !value.ok && !value.reason) return undefined;
    // A new kubeconfig may lead to another cluster; nobody may write there before the next probe has looked.
    if (value.ok && this.options.directory.get(this.options.cluster) !== this.trusted) {
      return { ...value, ok: false, because: 'its kubeconfig changed; its identity is being checked' };
    }
    // Events are only shown: a role that leaves them out takes nothing from what is decided.
    const [id, denied] = [...this.troubles].find(([each, trouble]) => trouble.reason === 'NoPermission' && each !== idOf(EVENTS)) ?? [];
    if (!value.ok || !denied) return value;
    return { ...value, reason: 'NoPermission', because: `${id} cannot be read: ${denied.because}` };
  }

  private reflect(resource: MemberResource, sink: Sink, labelSelector?: string): Reflector {
    const { clock, random, lists } = this.options;
    const id = idOf(resource);
    const onTrouble = (trouble: Extract<Outcome<void>, { ok: false }> | undefined) => {
      // A kind that is gone, or not there yet, shows in discovery.
      if (trouble?.status?.code === 404) this.discoverSoon();
      // A watch that broke off is the first sign of a cluster that is gone.
      if (trouble?.reason === 'Unreachable') this.lookNow();
      const before = this.troubles.get(id)?.reason;
      if (trouble) this.troubles.set(id, trouble);
      else this.troubles.delete(id);
      if (before !== trouble?.reason) this.options.onFacts();
    };
    const reflector = new Reflector({ resource, labelSelector, sink, clock, random, lists, onTrouble });
    this.reflectors.set(id, reflector);
    return reflector;
  }

  private async probe(signal: AbortSignal): Promise<void> {
    const connection = this.options.directory.get(this.options.cluster);
    if (!connection) {
      this.missed({ reason: 'Unreachable', because: 'there is no connection to it: its kubeconfig is missing or cannot be used' });
      return;
    }
    if (this.trusted !== connection) this.pause();
    // Reading the identity is as light as a probe can be, and tells at once when another cluster took the address.
    const { clock, self } = this.options;
    const began = clock.now();
    const ask = (each: AbortSignal) => connection.identity({ timeoutMs: PROBE_LIMIT_MS, signal: each });
    const answer = await look(ask, { clock, pace: Math.min(1, this.probeMs / PROBE_MS), once: !this.reach.value.ok, signal });
    if (signal.aborted) return;
    if (!answer.ok && answer.reason === 'TimedOut' && this.excuses < EXCUSES && self.lateSince(began)) {
      this.excuses++;
      return;
    }
    this.excuses = 0;
    if (!answer.ok) {
      this.missed(answer);
    } else if (this.uid && this.uid !== answer.value) {
      this.missed({ reason: 'Held', because: heldBecause(this.uid, answer.value) });
    } else {
      this.uid = answer.value;
      if (this.reach.answered(this.options.clock.now(), answer.ms)) this.options.onReach(true);
      if (!this.trusted) this.resume(connection);
      if (this.options.clock.now() >= this.nextDiscovery) await this.discover(connection, signal);
    }
  }

  private missed({ reason, because }: Pick<Extract<Outcome<unknown>, { ok: false }>, 'reason' | 'because'>) {
    if (!this.reach.missed(this.options.clock.now(), reason, because)) return;
    this.pause();
    this.options.onReach(false);
  }

  private resume(connection: ClusterConnection) {
    this.nextDiscovery = 0;
    this.trusted = connection;
    for (const reflector of this.reflectors.values()) reflector.start(connection);
  }

  private pause() {
    this.trusted = undefined;
    for (const reflector of this.reflectors.values()) reflector.pause();
  }

  private async discover(connection: ClusterConnection, signal: AbortSignal) {
    const [found, version] = await Promise.all([connection.resources({ signal }), connection.version({ signal })]);
    if (version.ok) this.version = version.value.gitVersion;
    const now = this.options.clock.now();
    this.nextDiscovery = now + (found.ok ? DISCOVERY_MS : DISCOVERY_SOONEST_MS);
    if (signal.aborted || !found.ok) return;
    const apis = [...new Set(found.value.map(idOf))].sort();
    const same = this.discovered && apis.join() === this.discovered.apis.join();
    this.discovered = same ? { ...this.discovered!, at: now } : { at: now, resources: found.value, apis };
    this.reflectKnown();
    if (!same) this.options.onFacts();
  }

  private changed() {
    this.cached = undefined;
    this.options.onFacts();
  }

  /** An autoscaler of somebody else concerns the target whose workload it scales. */
  private objectChanged(object: KubeObject, gone: boolean) {
    const scaled = object.spec?.scaleTargetRef;
    const key = scaled && `${scaled.apiVersion}/${scaled.kind}/${object.metadata.namespace}/${scaled.name}`;
    const workload = key ? this.ours.live.get(key) : undefined;
    const target = targetOf(object) || (workload ? targetOf(workload) : '');
    if (target) this.options.onObject(target, object, gone);
  }
}
