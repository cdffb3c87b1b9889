import { MOST_MEMBERS, parseTargetKey, targetKey, type ApplicationPage, type ApplicationRow, type ClusterPage, type ClusterState, type ClusterView, type ConnectView, type Decision, type FleetsView, type PlacementView, type VerdictView } from '@flotilla/backstage-plugin-fleet-common';
import { notFound, type KubeObject, type Principal } from '@flotilla/kube-api';
import { withClusterDefaults, type ClusterDefaults } from '../../model/clusterDefaults';
import { keyOf } from '../../model/kinds';
import { labelsWithin } from '../../model/membership';
import type { ClusterObserver } from '../../observe/types';
import { KINDS } from '../../reconcile/engine';
import type { HubCache } from '../../reconcile/HubCache';
import type { Clock } from '../../reconcile/ReconcileLoop';
import { expand, type CompactDecision, type SchedulingInput } from '../../scheduler';
import type { Stores, Work } from '../../store/types';
import { aboutObject, type Authority } from '../rights';
import { APPLICATION_STATES, applicationRow } from './applicationRows';
import { attention } from './attention';
import { clusterPage, facetsOf, type Listed } from './clusterList';
import { clusterRow, readyCondition, STATE_ORDER } from './clusterRows';
import { clusterSentence, debtLines, factLines, nodeGroupLines, nodeLines, runningHere, signInOf } from './clusterView';
import { contains, groupBy, pageOf, sortRows, type ListQuery } from './paging';
import { factSpan, placementComponent, sayingsOf, verdictView } from './placementView';
import { kindOf, SELECTED, Sight } from './Sight';
import { conditionLines, eventLines, findingLines } from './told';

/** Signals are collected so long, ms. */
const COLLECT_MS = 1_000;
/** What lists are made of is read anew after so long even if nothing is said to have changed, ms. */
const KEEP_MS = 2_000;

export interface ViewSources {
  cache: HubCache;
  stores: Stores;
  observer: ClusterObserver;
  authority: Authority;
  clock: Clock;
  clusterDefaults: ClusterDefaults[];
}

/** What all lists are made of, the same for every reader; what a reader may see of it is asked at each read. */
interface Ground {
  version: number;
  at: number;
  works: Promise<ReadonlyMap<string, Work[]>>;
  /** Fleets of each cluster, with the index of its entry. */
  fleets: ReadonlyMap<string, { fleet: KubeObject; at: number }[]>;
}

const countBy = <K extends string>(keys: readonly K[], values: readonly K[]) => Object.fromEntries(keys.map(key => [key, values.filter(value => value === key).length])) as Record<K, number>;

/** What the pages read: stored facts and objects put together, with the reader's own rights. No cluster is ever called. */
export class FleetViews {
  readonly #listeners = new Set<(version: string) => void>();
  #pending = false;
  #version = 0;
  #ground?: Ground;

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
    const sight = this.#sight(principal);
    const clusters = await this.#listed(sight);
    const rows = clusters.map(({ row }) => row);
    const applications = await this.#applicationRows(sight);
    const fleets = await sight.of(KINDS.fleet, this.#all(KINDS.fleet));
    const states = countBy<ClusterState>(STATE_ORDER, rows.map(row => row.state));
    return {
      ...this.#stamp(),
      fleets: fleets.map(fleet => ({
        namespace: fleet.metadata.namespace!,
        name: fleet.metadata.name!,
        clusters: rows.filter(row => row.fleets.includes(keyOf(fleet))).length,
        ready: readyCondition(fleet)?.status === 'True',
        findings: findingLines(fleet),
      })),
      totals: { clusters: rows.length, fleets: fleets.length, providers: new Set(rows.map(row => row.provider).filter(provider => provider !== '')).size, applications: applications?.length },
      facets: facetsOf(clusters),
      states,
      attention: attention(rows, applications ?? []),
      attentionCheckedAt: this.from.clock.now(),
    };
  }

  /** @param query - see {@link ClusterPage} */
  async clusters(principal: Principal, query: ListQuery): Promise<ClusterPage> {
    return { ...this.#stamp(), ...clusterPage(await this.#listed(this.#sight(principal)), query) };
  }

  async cluster(principal: Principal, name: string): Promise<ClusterView> {
    const { cache, stores, observer } = this.from;
    const sight = this.#sight(principal);
    const [found] = await sight.of(KINDS.cluster, [cache.get(KINDS.cluster.group, KINDS.cluster.resource, '', name)].filter(each => each !== undefined));
    if (!found) throw notFound(KINDS.cluster, name);
    const object = withClusterDefaults(found, this.from.clusterDefaults);
    const sees = await sight.ofWorks();
    const works = (await stores.works.byCluster(name)).filter(sees);
    const seen = observer.seen(name);
    const fleets = await this.#fleetsSeen(sight);
    const inFleets = (this.#onGround().fleets.get(name) ?? []).filter(({ fleet }) => fleets.has(fleet));
    const row = clusterRow({ cluster: object, seen, works, fleets: inFleets.map(({ fleet }) => keyOf(fleet)) });
    const decisions = await this.#decisions([...new Set(works.map(work => work.target))]);
    const events = (await stores.resources.list({ group: '', resource: 'events', namespace: 'default' })).items;
    const manage = await this.from.authority.check(principal, 'update', aboutObject(KINDS.cluster, object));
    return {
      ...this.#stamp(),
      row,
      ...clusterSentence(row, seen),
      uid: seen?.uid ?? object.status?.uid ?? '',
      reachability: observer.history(name),
      registeredBy: object.metadata.annotations?.['fleet.kurator.dev/registered-by'] ?? '',
      signIn: signInOf(object),
      labels: inFleets.flatMap(({ fleet, at }) => {
        const { labels, protectedLabels } = labelsWithin(fleet.spec.clusters[at], object, at);
        return Object.entries(labels).map(([key, value]) => ({ key, value, protected: protectedLabels.includes(key), from: keyOf(fleet) }));
      }),
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

  /** Clusters that the reader may look into through the portal: a right to all of one, not to a part of what it holds. */
  async members(principal: Principal): Promise<ConnectView['members']> {
    const sight = this.#sight(principal);
    const seen = (await sight.ofOrNone(KINDS.cluster, this.#all(KINDS.cluster))) ?? [];
    const open = (await sight.ofOrNone(KINDS.cluster, seen, 'cluster.proxy.read')) ?? [];
    const names = open.map(({ metadata }) => metadata.name!).sort();
    return { names: names.slice(0, MOST_MEMBERS), total: names.length };
  }

  /** @param query - see {@link ApplicationPage} */
  async applications(principal: Principal, query: ListQuery): Promise<ApplicationPage> {
    const sight = this.#sight(principal);
    await sight.of(KINDS.application, []);
    const all = (await this.#applicationRows(sight)) ?? [];
    const rows = all.filter(
      row => contains(query.search, row.name, row.namespace, ...row.clusters) && (!query.state || row.state === query.state) && (!query.cluster || row.clusters.includes(String(query.cluster))),
    );
    const fields = { name: (row: ApplicationRow) => row.name, namespace: (row: ApplicationRow) => row.namespace, state: (row: ApplicationRow) => row.state, ready: (row: ApplicationRow) => row.ready / Math.max(1, row.wanted), since: (row: ApplicationRow) => row.since };
    const sorted = sortRows(rows, query.sort, fields, row => `${row.namespace}/${row.name}`);
    return { ...this.#stamp(), ...pageOf(sorted, query), total: rows.length, all: all.length, states: countBy(APPLICATION_STATES, all.map(row => row.state)) };
  }

  /** @param kind - `Application`, or the kind of a selected object */
  async placement(principal: Principal, kind: string, namespace: string, name: string): Promise<PlacementView> {
    const { stores } = this.from;
    const owner = await this.#owner(principal, kind, namespace, name);
    const own = this.#decisionsOf(owner);
    const wanted = (component: string): number => own.find(decision => parseTargetKey(decision.spec?.target ?? '')?.component === component)?.spec?.replicas ?? 0;
    const components: { name: string; kind: string }[] = kind === 'Application' ? (owner.spec?.components ?? []).map((each: any) => ({ name: each.name, kind: each.type })) : [{ name, kind }];
    const places = new Map(this.#all(KINDS.cluster).map(each => [each.metadata.name!, { provider: each.spec?.provider ?? '', region: each.spec?.region ?? '' }]));
    const loaded = await Promise.all(
      components.map(async component => {
        const history = await stores.decisions.history(targetKey({ kind, namespace, name }, component.name));
        const inputs = history[0] && ((await stores.decisions.inputs(history[0].inputsHash)) as SchedulingInput | undefined);
        return { inputs, view: placementComponent({ owner, ...component, wanted: wanted(component.name), history, inputs, places }) };
      }),
    );
    const views = loaded.map(each => each.view);
    const events = (await stores.resources.list({ group: '', resource: 'events', namespace })).items;
    const update = await this.from.authority.check(principal, 'update', { ...kindOf(kind), namespace, name });
    const annotations = own[0]?.metadata.annotations;
    return {
      ...this.#stamp(),
      namespace,
      name,
      kind,
      fleet: owner.status?.fleet ?? annotations?.['fleet.kurator.dev/fleet'] ?? '',
      policy: annotations?.['fleet.kurator.dev/policy'],
      conditions: conditionLines(owner),
      findings: findingLines(owner),
      components: views,
      events: eventLines(events, owner.metadata.uid!, sayingsOf(views)),
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

  #sight = (principal: Principal) => new Sight(this.from.authority, principal);
  #all = ({ group, resource }: { group: string; resource: string }) => this.from.cache.all(group, resource);

  /** Read once for all readers of the same moment: a signal makes every open page read at once. */
  #onGround(): Ground {
    const now = this.from.clock.now();
    const before = this.#ground;
    if (before && before.version === this.#version && now - before.at < KEEP_MS) return before;
    const fleets = new Map<string, { fleet: KubeObject; at: number }[]>();
    for (const fleet of this.#all(KINDS.fleet)) {
      (fleet.spec?.clusters ?? []).forEach(({ name }: { name: string }, at: number) => fleets.set(name, [...(fleets.get(name) ?? []), { fleet, at }]));
    }
    const works = this.from.stores.works.all().then(all => groupBy(all, work => work.cluster));
    works.catch(() => (this.#ground = undefined));
    this.#ground = { version: this.#version, at: now, works, fleets };
    return this.#ground;
  }

  /** A reader who may see no fleet sees clusters without theirs. */
  async #fleetsSeen(sight: Sight): Promise<ReadonlySet<KubeObject>> {
    return new Set((await sight.ofOrNone(KINDS.fleet, this.#all(KINDS.fleet))) ?? []);
  }

  async #listed(sight: Sight): Promise<Listed[]> {
    const clusters = await sight.of(KINDS.cluster, this.#all(KINDS.cluster));
    const ground = this.#onGround();
    const [works, sees, fleetsSeen] = await Promise.all([ground.works, sight.ofWorks(), this.#fleetsSeen(sight)]);
    return clusters.map(cluster => {
      const name = cluster.metadata.name!;
      const fleets = (ground.fleets.get(name) ?? []).filter(({ fleet }) => fleetsSeen.has(fleet));
      const labels = fleets.flatMap(({ fleet, at }) => Object.entries(labelsWithin(fleet.spec.clusters[at], cluster, at).labels));
      return {
        row: clusterRow({ cluster, seen: this.from.observer.seen(name), works: (works.get(name) ?? []).filter(sees), fleets: fleets.map(({ fleet }) => keyOf(fleet)) }),
        labels: [...new Set([...Object.entries({ ...cluster.metadata.labels, ...cluster.spec?.attributes }), ...labels].map(([key, value]) => `${key}=${value}`))],
      };
    });
  }

  /** Undefined when the reader may see no applications at all, which is not the same as none. */
  async #applicationRows(sight: Sight): Promise<ApplicationRow[] | undefined> {
    const decisions = groupBy(this.#all(KINDS.decision), decision => decision.metadata.ownerReferences?.[0]?.uid ?? '');
    const applications = await sight.ofOrNone(KINDS.application, this.#all(KINDS.application));
    const selected = await Promise.all(
      SELECTED.map(resource => sight.ofOrNone({ group: 'apps', resource }, this.from.cache.all('apps', resource).filter(object => decisions.has(object.metadata.uid!)))),
    );
    if (!applications && selected.every(each => each === undefined)) return undefined;
    return [...(applications ?? []), ...selected.flatMap(each => each ?? [])].map(object => applicationRow(object, decisions.get(object.metadata.uid!) ?? []));
  }

  async #owner(principal: Principal, kind: string, namespace: string, name: string): Promise<KubeObject> {
    const of = { kind, ...kindOf(kind) };
    const object = await this.from.stores.resources.get({ group: of.group, resource: of.resource, namespace, name });
    const [visible] = await this.#sight(principal).of(of, object ? [object] : []);
    if (!visible) throw notFound(of, name);
    return visible;
  }

  #decisionsOf(owner: KubeObject): KubeObject[] {
    return this.#all(KINDS.decision).filter(decision => decision.metadata.ownerReferences?.[0]?.uid === owner.metadata.uid);
  }

  async #decisions(targets: string[]): Promise<Map<string, Decision>> {
    const found = await Promise.all(targets.map(async target => [target, await this.from.stores.decisions.latest(target)] as const));
    return new Map(found.flatMap(([target, stored]) => (stored ? [[target, expand(stored.body as CompactDecision)] as const] : [])));
  }
}
