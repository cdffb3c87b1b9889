import { isDeepStrictEqual } from 'node:util';
import { parseTargetKey } from '@flotilla/backstage-plugin-fleet-common';
import type { Change, KubeObject } from '@flotilla/kube-api';
import { contentHash } from '../model/hash';
import type { Observation } from '../observe/types';
import { KINDS, type Engine } from './engine';
import { keyOf } from './HubCache';
import { isTemplate } from './reconcileObject';
import { shownOf } from './reconcileCluster';
import { keysSelectedBy, selects } from './reconcilePolicy';
import { STORED_KINDS } from './reconcileStored';

/** Facts come many times a second; whether any of them shows in a cluster's status is looked at every few. */
const FACTS_MS = 5_000;
/** One change in a member is several events in a row: they are looked at once. */
const OBJECTS_MS = 100;
/** A policy only counts what it selects. */
const POLICY_MS = 200;
const FIRST_LOOKS_MS = 6_000;
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

const keyIn = (of: { group: string; resource: string }, namespace: string, name: string) => keyOf({ ...of, namespace, name });
const keyOfObject = (of: { group: string; resource: string }, object: KubeObject) => keyIn(of, object.metadata.namespace ?? '', object.metadata.name!);

/** The engine's own writes of status, finalizers and versions wake nobody; what was wished or marked does. */
const wishOf = (object: KubeObject | undefined) =>
  object && [object.metadata.generation ?? object.data ?? null, object.metadata.deletionTimestamp, object.metadata.labels, object.metadata.annotations, object.metadata.uid];

const readyReason = (object: KubeObject | undefined) => (object?.status?.conditions ?? []).find((each: any) => each.type === 'Ready')?.reason;

/** Wakes the keys that a change of the hub's objects, or of what is seen in a cluster, concerns. */
export class Waker {
  /** What each cluster's facts showed when it was woken last. */
  readonly #shown = new Map<string, string>();
  readonly #looking = new Set<string>();

  constructor(private readonly engine: Engine) {}

  /**
   * Every key there is: after a start, all is looked at once. Clusters come first, and the rest waits a little for their first
   * answers: a decision made before anything was seen would only have to be taken back.
   */
  async all(): Promise<void> {
    const { cache, loop, stores, registry } = this.engine;
    for (const kind of [KINDS.cluster, KINDS.fleet]) {
      for (const object of cache.all(kind.group, kind.resource)) loop.add(keyOfObject(kind, object));
    }
    this.#everythingStored();
    await this.#firstLooks();
    for (const kind of [KINDS.application, KINDS.policy]) {
      for (const object of cache.all(kind.group, kind.resource)) loop.add(keyOfObject(kind, object));
    }
    for (const info of registry.all().filter(isTemplate)) {
      const page = await stores.resources.list({ group: info.group, resource: info.resource });
      for (const object of page.items) loop.add(keyOfObject(info, object));
    }
  }

  /** Until each cluster has answered and its Deployments are listed, or has failed to, but not for ever. */
  async #firstLooks(): Promise<void> {
    const { cache, clock, observer } = this.engine;
    const deadline = clock.now() + FIRST_LOOKS_MS;
    const looked = (name: string) => {
      const reachable = observer.seen(name)?.reachable;
      return reachable?.ok ? observer.listed(name, DEPLOYMENT) : reachable?.reason !== undefined;
    };
    const waits = () => cache.all(KINDS.cluster.group, KINDS.cluster.resource).some(cluster => cluster.spec?.kubeconfigRef && !looked(cluster.metadata.name!));
    while (waits() && clock.now() < deadline) await new Promise<void>(resolve => clock.after(100, resolve));
  }

  async changed({ key, before, after }: Change): Promise<void> {
    const wished = !isDeepStrictEqual(wishOf(before), wishOf(after));
    const id = `${key.group}/${key.resource}`;
    switch (id) {
      case `${KINDS.cluster.group}/${KINDS.cluster.resource}`:
        if (wished || readyReason(before) !== readyReason(after)) this.#clusterChanged(key.name, wished);
        return;
      case `${KINDS.fleet.group}/${KINDS.fleet.resource}`:
        if (!wished) return;
        this.engine.loop.add(keyOf(key));
        for (const entry of [...(before?.spec?.clusters ?? []), ...(after?.spec?.clusters ?? [])]) this.engine.loop.add(keyIn(KINDS.cluster, '', entry.name));
        await this.#everythingPlaced();
        this.#everythingStored();
        return;
      case `${KINDS.policy.group}/${KINDS.policy.resource}`:
        if (!wished) return;
        this.engine.loop.add(keyOf(key));
        await this.#policyChanged(before, after);
        return;
      case `${KINDS.schedulingProfile.group}/${KINDS.schedulingProfile.resource}`:
        if (!wished) return;
        await this.#everythingPlaced();
        this.#everythingStored();
        return;
      case '/namespaces':
        if (!wished) return;
        await this.#everythingPlaced(key.name);
        this.#everythingStored();
        return;
      default:
        if (!wished) return;
        // Who names a profile, and how profiles compare, shows on the profiles.
        if (STORED_KINDS.some(kind => id === `${kind.group}/${kind.resource}`) || id === `${KINDS.application.group}/${KINDS.application.resource}`) this.#everythingStored();
        this.#plainChanged(key, [before, after].filter(object => object !== undefined));
    }
  }

  seen(observation: Observation): void {
    const { loop } = this.engine;
    const clusterKey = keyIn(KINDS.cluster, '', observation.cluster);
    if (observation.type === 'facts') this.#factsSeen(observation.cluster);
    else if (observation.type === 'object') this.#targetSeen(observation.target, observation.live.apiVersion);
    else {
      loop.add(clusterKey);
      void this.#debtors(observation.cluster);
    }
  }

  /** Many events are one look, and the cluster is woken only where the look shows something else than the last. */
  #factsSeen(cluster: string) {
    const { clock, loop, observer } = this.engine;
    if (this.#looking.has(cluster)) return;
    this.#looking.add(cluster);
    clock.after(FACTS_MS, () => {
      this.#looking.delete(cluster);
      const shown = contentHash(shownOf(observer.seen(cluster)));
      if (this.#shown.get(cluster) === shown) return;
      this.#shown.set(cluster, shown);
      loop.add(keyIn(KINDS.cluster, '', cluster));
    });
  }

  #clusterChanged(name: string, wished: boolean) {
    const { cache, loop } = this.engine;
    loop.add(keyIn(KINDS.cluster, '', name));
    const fleets = cache.all(KINDS.fleet.group, KINDS.fleet.resource).filter(fleet => (fleet.spec?.clusters ?? []).some((entry: any) => entry.name === name));
    for (const fleet of fleets) loop.add(keyOfObject(KINDS.fleet, fleet));
    void (wished ? this.#everythingPlaced() : this.#debtors(name));
  }

  async #policyChanged(before: KubeObject | undefined, after: KubeObject | undefined) {
    for (const policy of [before, after]) {
      if (!policy) continue;
      for (const key of await keysSelectedBy(this.engine, policy)) this.engine.loop.add(key);
      const target = policy.spec?.targetRef;
      if (target?.kind === 'Application') this.engine.loop.add(keyIn(KINDS.application, policy.metadata.namespace!, target.name));
    }
  }

  /** Applications and selected objects, of one namespace or of all. */
  async #everythingPlaced(namespace?: string) {
    const { cache, loop } = this.engine;
    const inScope = (object: KubeObject) => namespace === undefined || object.metadata.namespace === namespace;
    for (const application of cache.all(KINDS.application.group, KINDS.application.resource).filter(inScope)) loop.add(keyOfObject(KINDS.application, application));
    for (const policy of cache.all(KINDS.policy.group, KINDS.policy.resource).filter(inScope)) {
      loop.add(keyOfObject(KINDS.policy, policy));
      for (const key of await keysSelectedBy(this.engine, policy)) loop.add(key);
    }
  }

  #everythingStored() {
    const { cache, loop } = this.engine;
    for (const kind of STORED_KINDS) {
      for (const object of cache.all(kind.group, kind.resource)) loop.add(keyOfObject(kind, object));
    }
  }

  /** @param forms - the object as it was and as it is */
  #plainChanged(key: Change['key'], forms: readonly KubeObject[]) {
    const { cache, loop, registry } = this.engine;
    if (key.group === '' && (key.resource === 'secrets' || key.resource === 'configmaps')) this.#contentChanged(key);
    const isOurs = key.group === KINDS.application.group && key.resource === KINDS.application.resource;
    const info = registry.all().find(each => each.group === key.group && each.resource === key.resource);
    if (isOurs || (info && isTemplate(info))) loop.add(keyOf(key));
    if (!info || !isTemplate(info)) return;
    for (const policy of cache.all(KINDS.policy.group, KINDS.policy.resource)) {
      if (forms.some(object => selects(policy, object))) loop.addAfter(keyOfObject(KINDS.policy, policy), POLICY_MS);
    }
  }

  /** A kubeconfig for the clusters that name it; anything else for the applications beside it. */
  #contentChanged(key: Change['key']) {
    const { cache, loop } = this.engine;
    for (const cluster of cache.all(KINDS.cluster.group, KINDS.cluster.resource)) {
      const ref = cluster.spec?.kubeconfigRef;
      if (ref?.namespace === key.namespace && ref?.name === key.name) loop.add(keyOfObject(KINDS.cluster, cluster));
    }
    for (const application of cache.all(KINDS.application.group, KINDS.application.resource)) {
      if (application.metadata.namespace === key.namespace) loop.add(keyOfObject(KINDS.application, application));
    }
  }

  /** A cluster that comes back is paid its debt; one that goes is shown on what runs there. */
  async #debtors(cluster: string) {
    try {
      const works = await this.engine.stores.works.byCluster(cluster);
      for (const target of new Set(works.map(work => work.target))) this.#targetSeen(target, works.find(work => work.target === target)!.apiVersion);
    } catch (error) {
      this.engine.logger.error(`works of cluster ${cluster} could not be read`, error as Error);
    }
  }

  #targetSeen(target: string, apiVersion: string) {
    const name = parseTargetKey(target);
    if (!name) return;
    if (name.kind === KINDS.application.kind) this.engine.loop.addAfter(keyIn(KINDS.application, name.namespace, name.name), OBJECTS_MS);
    const info = name.kind === KINDS.application.kind ? undefined : this.engine.registry.byKind(apiVersion, name.kind);
    if (info) this.engine.loop.addAfter(keyIn(info, name.namespace, name.name), OBJECTS_MS);
  }
}
