import { parseTargetKey, type StandingView, type WishHere } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, Principal } from '@flotilla/kube-api';
import { foresee } from '../../dispatch/foresee';
import { adoption } from '../../model/defaults';
import { groupOf } from '../../model/kinds';
import { policyFor } from '../../model/policyFor';
import type { Work } from '../../model/work';
import type { ClusterObserver } from '../../observe/types';
import { KINDS, type Engine } from '../../reconcile/engine';
import { loadReferences } from '../../reconcile/loadReferences';
import { expand, scheduleCompact, type SchedulingInput } from '../../scheduler';
import { renderFor } from '../../workloads/render';
import { scaledBy } from '../../workloads/scaledBy';
import { targetOfObject, targetsOf } from '../../workloads/targets';
import type { Target } from '../../workloads/types';
import type { Authority } from '../rights';
import { kindOf, Sight } from '../views/Sight';
import { foreseenLine } from './foreseenLine';
import type { Look } from './Look';

/** Each is decided anew and each of its objects is looked up: so many in one look. */
const MOST_WISHES = 100;
const AT_ONCE = 8;
const LIMITS = { timeoutMs: 5_000 };

export interface WishSources extends Pick<Engine, 'stores' | 'world' | 'cache'> {
  observer: Pick<ClusterObserver, 'live'>;
  authority: Authority;
  hubId: string;
}

/** What the last decision would give the cluster if it were managed; 0 for nothing. The very inputs it was made from are used again. */
async function shareIn(from: WishSources, key: string, cluster: string): Promise<number> {
  const last = await from.stores.decisions.latest(key);
  const input = last && ((await from.stores.decisions.inputs(last.inputsHash)) as SchedulingInput | undefined);
  if (!input?.clusters.some(each => each.name === cluster)) return 0;
  const managed = { ...input, clusters: input.clusters.map(each => (each.name === cluster ? { ...each, mode: 'Manage' as const } : each)) };
  return expand(scheduleCompact(managed)).verdicts.find(verdict => verdict.cluster === cluster && verdict.outcome === 'chosen')?.replicas ?? 0;
}

/** The target of a key as its owner has it now; undefined when the owner is gone, or has no such component. */
async function targetNow(from: WishSources, key: string): Promise<Target | undefined> {
  const name = parseTargetKey(key);
  if (!name) return undefined;
  const { group, resource } = kindOf(name.kind);
  const owner = from.cache.get(group, resource, name.namespace, name.name);
  if (!owner) return undefined;
  if (name.kind === 'Application') return targetsOf(owner, await loadReferences(from, owner)).find(target => target.key === key);
  const answer = policyFor(owner, from.world.policies);
  return targetOfObject(owner, answer.found === 'one' ? adoption(answer.policy.spec) : 'Never');
}

async function wishIn(from: WishSources, look: Look, key: string, works: readonly Work[]): Promise<WishHere | undefined> {
  const cluster = look.cluster.metadata.name!;
  const own = works.filter(work => work.target === key);
  const share = await shareIn(from, key, cluster);
  const target = share > 0 || own.length > 0 ? await targetNow(from, key) : undefined;
  if (!target) return undefined;
  const standing = own.find(work => work.kind === target.main.kind);
  const live = [...from.observer.live(cluster).values()];
  // Not chosen any more, and still there: it is compared at the share it has.
  const replicas = share || (standing && live.find(each => each.kind === standing.kind && each.metadata.uid === standing.memberUid)?.spec?.replicas) || 1;
  const objects = renderFor(target, replicas, from.hubId, standing?.name).map(async object => {
    const work = own.find(each => each.kind === object.kind && each.name === object.metadata.name);
    const order = { object, hub: from.hubId, adoption: target.adoption, leave: scaledBy(live, object) ? ['spec.replicas'] : [], memberUid: work?.memberUid ?? '' };
    const { namespace, name } = object.metadata;
    const served = await look.connection.resourceOf(object.apiVersion, object.kind, LIMITS);
    const of = { group: groupOf(object.apiVersion), resource: (served.ok && served.value?.resource) || '', namespace, name };
    const foreseen = look.sees(of) ? await foresee(look.connection, order, LIMITS) : ({ would: 'unknown', because: 'its content may not be read by you' } as const);
    return foreseenLine(cluster, object, foreseen, from.hubId);
  });
  const { kind, namespace, name } = target.owner;
  return { owner: { kind, namespace, name }, component: target.component, replicas, placed: own.length > 0, objects: await Promise.all(objects) };
}

/** Decisions of fleets that hold the cluster, or of what stands there. */
function keysFor(from: WishSources, cluster: string, works: readonly Work[]): string[] {
  const considers = (decision: KubeObject) => (decision.status?.verdicts ?? []).some((verdict: { cluster: string }) => verdict.cluster === cluster) || (decision.status?.omitted ?? []).length > 0;
  const decided = from.cache.all(KINDS.decision.group, KINDS.decision.resource).filter(considers).map(decision => String(decision.spec?.target ?? ''));
  return [...new Set([...works.map(work => work.target), ...decided])].filter(Boolean).sort();
}

/**
 * What is placed in the cluster, or would be if it were managed, and what writing it would do to each object. Only what the reader may
 * see; nothing is written.
 */
export async function wishesIn(from: WishSources, look: Look, principal: Principal): Promise<Pick<StandingView, 'wishes' | 'moreWishes'>> {
  const cluster = look.cluster.metadata.name!;
  const works = (await from.stores.works.byCluster(cluster)).filter(work => work.state === 'wanted' || work.state === 'orphaned');
  const sees = await new Sight(from.authority, principal).ofWorks();
  const keys = keysFor(from, cluster, works).filter(target => sees({ target } as Work));
  const wishes: WishHere[] = [];
  const waiting = keys.slice(0, MOST_WISHES);
  const worker = async () => {
    for (let key = waiting.shift(); key; key = waiting.shift()) {
      const wish = await wishIn(from, look, key, works);
      if (wish) wishes.push(wish);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const place = ({ owner, component }: WishHere) => `${owner.namespace}/${owner.name}/${component}`;
  return { wishes: wishes.sort((a, b) => (place(a) < place(b) ? -1 : 1)), moreWishes: Math.max(0, keys.length - MOST_WISHES) };
}
