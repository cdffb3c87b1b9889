import { parseTargetKey, targetKey, type ApplicationPage, type ClusterPage, type ClusterState, type ClusterView, type Decision, type FleetsView, type PlacementView, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import { KubeError, notFound, type KubeObject, type Principal } from '@flotilla/kube-api';
import { withClusterDefaults, type ClusterDefaults } from '../../model/clusterDefaults';
import { keyOf } from '../../model/kinds';
import { labelsWithin } from '../../model/membership';
import type { ClusterObserver } from '../../observe/types';
import { KINDS } from '../../reconcile/engine';
import type { HubCache } from '../../reconcile/HubCache';
import type { Clock } from '../../reconcile/ReconcileLoop';
import { expand, type CompactDecision, type SchedulingInput } from '../../scheduler';
import type { Stores, Work } from '../../store/types';
import type { Authority, RightAbout } from '../rights';
import { applicationRow } from './applicationRows';
import { attention } from './attention';
import { clusterRow, readyCondition, STATE_ORDER } from './clusterRows';
import { clusterSentence, debtLines, factLines, nodeGroupLines, nodeLines, runningHere } from './clusterView';
import { pageOf, sortRows, type ListQuery } from './paging';
import { conditionLines, eventLines, factSpan, findingLines, placementComponent, verdictView } from './placementView';

/** Signals are collected so long, ms. */
const COLLECT_MS = 1_000;

export interface ViewSources {
  cache: HubCache;
  stores: Stores;
  observer: ClusterObserver;
  authority: Authority;
  clock: Clock;
  clusterDefaults: ClusterDefaults[];
}

const about = (of: { group: string; resource: string }, object: KubeObject): RightAbout => ({ ...pickKind(of), namespace: object.metadata.namespace, name: object.metadata.name });
const pickKind = ({ group, resource }: { group: string; resource: string }) => ({ group, resource });
const contains = (search: string | undefined, ...texts: string[]) => !search || texts.some(text => text.toLowerCase().includes(search.toLowerCase()));

/** What the pages read: stored facts and objects put together, with the reader's own rights. No cluster is ever called. */
export class FleetViews {
  readonly #listeners = new Set<(version: string) => void>();
  #pending = false;
  #version = 0;

  constructor(private readonly from: ViewSources) {
    from.cache.onChange(() => this.#changed());
    from.observer.on(() => this.#changed());
  }

  /** Called at most once a second, with a version that grows. */
  onChange(listener: (version: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async fleets(principal: Principal): Promise<FleetsView> {
    const { cache, clock } = this.from;
    const clusters = await this.#clusterRows(principal);
    const applications = await this.#applicationRows(principal);
    const fleets = await this.#visible(principal, KINDS.fleet, cache.all(KINDS.fleet.group, KINDS.fleet.resource));
    const states = Object.fromEntries(STATE_ORDER.map(state => [state, clusters.filter(row => row.state === state).length])) as Record<ClusterState, number>;
    return {
      ...this.#stamp(),
      fleets: fleets.map(fleet => ({
        namespace: fleet.metadata.namespace!,
        name: fleet.metadata.name!,
        clusters: (fleet.spec?.clusters ?? []).length,
        ready: readyCondition(fleet)?.status === 'True',
        because: readyCondition(fleet)?.message ?? '',
        findings: findingLines(fleet),
      })),
      totals: { clusters: clusters.length, fleets: fleets.length, providers: new Set(clusters.map(row => row.provider)).size, applications: applications.length },
      providers: [...new Set(clusters.map(row => row.provider))].filter(provider => provider !== '').sort(),
      states,
      attention: attention(clusters, applications),
      attentionCheckedAt: clock.now(),
    };
  }

  async clusters(principal: Principal, query: ListQuery): Promise<ClusterPage> {
    const rows = (await this.#clusterRows(principal)).filter(
      row =>
        contains(query.search, row.name, row.provider, row.region) &&
        (!query.state || row.state === query.state) &&
        (!query.fleet || row.fleets.includes(String(query.fleet))) &&
        (!query.provider || row.provider === query.provider) &&
        (!query.region || row.region === query.region),
    );
    const sorted = sortRows(
      rows,
      query.sort,
      {
        name: row => row.name,
        state: row => STATE_ORDER.indexOf(row.state),
        version: row => row.version,
        cpu: row => row.cpu && row.cpu.asked / row.cpu.total,
        gpu: row => row.gpu && row.gpu.total - row.gpu.asked,
        applications: row => row.applications,
        seenAt: row => row.seenAt,
        provider: row => row.provider,
        region: row => row.region,
      },
      row => row.name,
    );
    return { ...this.#stamp(), ...pageOf(sorted, query) };
  }

  async cluster(principal: Principal, name: string): Promise<ClusterView> {
    const { cache, stores, observer } = this.from;
    const [found] = await this.#visible(principal, KINDS.cluster, [cache.get(KINDS.cluster.group, KINDS.cluster.resource, '', name)].filter(each => each !== undefined));
    if (!found) throw notFound(KINDS.cluster, name);
    const object = withClusterDefaults(found, this.from.clusterDefaults);
    const works = await stores.works.byCluster(name);
    const seen = observer.seen(name);
    const row = clusterRow({ cluster: object, seen, works, fleets: this.#fleetsOf(name).map(keyOf) });
    const decisions = await this.#decisions([...new Set(works.map(work => work.target))]);
    const events = (await stores.resources.list({ group: '', resource: 'events', namespace: 'default' })).items;
    const manage = await this.from.authority.check(principal, 'update', about(KINDS.cluster, object));
    return {
      ...this.#stamp(),
      row,
      ...clusterSentence(row, seen),
      uid: seen?.uid ?? object.status?.uid ?? '',
      server: '',
      registeredBy: object.metadata.annotations?.['fleet.kurator.dev/registered-by'] ?? 'Cluster object',
      labels: this.#labels(object),
      taints: object.spec?.taints ?? [],
      running: runningHere(name, works, observer.live(name), decisions, seen?.pods ?? {}),
      nodes: nodeLines(seen),
      nodeGroups: nodeGroupLines(object),
      debts: debtLines(works),
      findings: findingLines(object),
      events: eventLines(events, object.metadata.uid!),
      facts: factLines(object, seen),
      actions: [{ name: 'editLabels', allowed: manage.allowed, why: manage.why }],
    };
  }

  async applications(principal: Principal, query: ListQuery): Promise<ApplicationPage> {
    const rows = (await this.#applicationRows(principal)).filter(
      row => contains(query.search, row.name, row.namespace, ...row.clusters) && (!query.state || row.state === query.state) && (!query.cluster || row.clusters.includes(String(query.cluster))),
    );
    const sorted = sortRows(rows, query.sort, { name: row => row.name, namespace: row => row.namespace, state: row => row.state, ready: row => row.ready / Math.max(1, row.wanted), since: row => row.since }, row => `${row.namespace}/${row.name}`);
    return { ...this.#stamp(), ...pageOf(sorted, query) };
  }

  /** @param kind - `Application`, or the kind of a selected object */
  async placement(principal: Principal, kind: string, namespace: string, name: string): Promise<PlacementView> {
    const { cache, stores } = this.from;
    const owner = await this.#owner(principal, kind, namespace, name);
    const components: { name: string; kind: string; wanted: number }[] =
      kind === 'Application'
        ? (owner.spec?.components ?? []).map((each: any) => ({ name: each.name, kind: each.type, wanted: this.#wanted(owner, each.name) }))
        : [{ name, kind, wanted: this.#wanted(owner, name) }];
    const places = new Map(cache.all(KINDS.cluster.group, KINDS.cluster.resource).map(each => [each.metadata.name!, { provider: each.spec?.provider ?? '', region: each.spec?.region ?? '' }]));
    const loaded = await Promise.all(
      components.map(async component => {
        const history = await stores.decisions.history(targetKey({ kind, namespace, name }, component.name));
        const inputs = history[0] && ((await stores.decisions.inputs(history[0].inputsHash)) as SchedulingInput | undefined);
        return { inputs, view: placementComponent({ owner, ...component, history, inputs, places }) };
      }),
    );
    const events = (await stores.resources.list({ group: '', resource: 'events', namespace })).items;
    const update = await this.from.authority.check(principal, 'update', { group: owner.apiVersion.split('/')[0], resource: KINDS.application.resource, namespace, name });
    return {
      ...this.#stamp(),
      namespace,
      name,
      kind,
      fleet: owner.status?.fleet ?? this.#decisionOf(owner)?.metadata.annotations?.['fleet.kurator.dev/fleet'] ?? '',
      policy: this.#decisionOf(owner)?.metadata.annotations?.['fleet.kurator.dev/policy'],
      conditions: conditionLines(owner),
      findings: findingLines(owner),
      components: loaded.map(each => each.view),
      events: eventLines(events, owner.metadata.uid!),
      ...factSpan(loaded.map(each => each.inputs)),
      actions: [{ name: 'edit', allowed: update.allowed, why: update.why }],
    };
  }

  async verdict(principal: Principal, kind: string, namespace: string, name: string, component: string, cluster: string): Promise<VerdictView> {
    await this.#owner(principal, kind, namespace, name);
    const stored = await this.from.stores.decisions.latest(targetKey({ kind, namespace, name }, component));
    const inputs = stored && ((await this.from.stores.decisions.inputs(stored.inputsHash)) as SchedulingInput | undefined);
    const view = stored && verdictView(stored, inputs, cluster, this.from.clock.now());
    if (!view) throw notFound(KINDS.cluster, cluster);
    return view;
  }

  #stamp() {
    return { version: String(this.#version), now: this.from.clock.now() };
  }

  #changed() {
    this.#version += 1;
    if (this.#pending) return;
    this.#pending = true;
    this.from.clock.after(COLLECT_MS, () => {
      this.#pending = false;
      for (const listener of this.#listeners) listener(String(this.#version));
    });
  }

  async #visible(principal: Principal, of: { group: string; resource: string }, objects: KubeObject[]): Promise<KubeObject[]> {
    const reader = await this.from.authority.reader(principal, pickKind(of));
    if (reader.all) return objects;
    if (reader.why !== '') throw new KubeError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403, message: reader.why });
    return objects.filter(object => reader.sees(about(of, object)));
  }

  #fleetsOf(cluster: string): KubeObject[] {
    return this.from.cache.all(KINDS.fleet.group, KINDS.fleet.resource).filter(fleet => (fleet.spec?.clusters ?? []).some((entry: any) => entry.name === cluster));
  }

  #labels(cluster: KubeObject): ClusterView['labels'] {
    return this.#fleetsOf(cluster.metadata.name!).flatMap(fleet => {
      const at = fleet.spec.clusters.findIndex((entry: any) => entry.name === cluster.metadata.name);
      const { labels, protectedLabels } = labelsWithin(fleet.spec.clusters[at], cluster, at);
      return Object.entries(labels).map(([key, value]) => ({ key, value, protected: protectedLabels.includes(key), from: keyOf(fleet) }));
    });
  }

  async #clusterRows(principal: Principal) {
    const { cache, stores, observer } = this.from;
    const clusters = await this.#visible(principal, KINDS.cluster, cache.all(KINDS.cluster.group, KINDS.cluster.resource));
    const works = new Map<string, Work[]>();
    for (const work of await stores.works.all()) works.set(work.cluster, [...(works.get(work.cluster) ?? []), work]);
    return clusters.map(cluster => {
      const name = cluster.metadata.name!;
      return clusterRow({ cluster, seen: observer.seen(name), works: works.get(name) ?? [], fleets: this.#fleetsOf(name).map(keyOf) });
    });
  }

  async #applicationRows(principal: Principal) {
    const { cache } = this.from;
    const decisions = new Map<string, KubeObject[]>();
    for (const decision of cache.all(KINDS.decision.group, KINDS.decision.resource)) {
      const owner = decision.metadata.ownerReferences?.[0]?.uid ?? '';
      decisions.set(owner, [...(decisions.get(owner) ?? []), decision]);
    }
    const applications = await this.#visible(principal, KINDS.application, cache.all(KINDS.application.group, KINDS.application.resource));
    const selected = ['deployments', 'statefulsets', 'daemonsets'].flatMap(resource => cache.all('apps', resource)).filter(object => decisions.has(object.metadata.uid!));
    const visible = await this.#visible(principal, { group: 'apps', resource: 'deployments' }, selected);
    return [...applications, ...visible].map(object => applicationRow(object, decisions.get(object.metadata.uid!) ?? []));
  }

  async #owner(principal: Principal, kind: string, namespace: string, name: string): Promise<KubeObject> {
    const of = kind === 'Application' ? KINDS.application : { group: 'apps', resource: `${kind.toLowerCase()}s`, kind };
    const object = await this.from.stores.resources.get({ group: of.group, resource: of.resource, namespace, name });
    const [visible] = await this.#visible(principal, of, object ? [object] : []);
    if (!visible) throw notFound(of, name);
    return visible;
  }

  #decisionOf(owner: KubeObject): KubeObject | undefined {
    return this.from.cache.all(KINDS.decision.group, KINDS.decision.resource).find(decision => decision.metadata.ownerReferences?.[0]?.uid === owner.metadata.uid);
  }

  #wanted(owner: KubeObject, component: string): number {
    const own = this.from.cache.all(KINDS.decision.group, KINDS.decision.resource).filter(decision => decision.metadata.ownerReferences?.[0]?.uid === owner.metadata.uid);
    return own.find(decision => parseTargetKey(decision.spec?.target ?? '')?.component === component)?.spec?.replicas ?? 0;
  }

  async #decisions(targets: string[]): Promise<Map<string, Decision>> {
    const found = await Promise.all(targets.map(async target => [target, await this.from.stores.decisions.latest(target)] as const));
    return new Map(found.flatMap(([target, stored]) => (stored ? [[target, expand(stored.body as CompactDecision)] as const] : [])));
  }
}
