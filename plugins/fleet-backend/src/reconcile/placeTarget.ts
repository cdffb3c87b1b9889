import { ANNOTATION_TAKEN_ALONG, decisionName, parseTargetKey, sentence } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Work } from '../model/work';
import type { PlacementRequest } from '../scheduler/types';
import { planWork, type Plan } from '../workloads/plan';
import { progressOf } from '../workloads/progress';
import { jobName } from '../workloads/render';
import type { ComponentOutcome, Run } from '../workloads/rollUp';
import type { Target } from '../workloads/types';
import { carryOut, takeAway, type OrderOutcome } from './carryOut';
import { decide, type Decided } from './decide';
import { KINDS, kindInfo, type Engine } from './engine';
import { keyOf } from './HubCache';
import { settleOrphans } from './orphans';
import { clusterNow, isGone, isWritable, liveObject } from './inMember';
import { rfc3339 } from './records';
import type { Settled } from './settle';

/** It answers, and what stands there is not listed yet. */
const LISTED_SOON_MS = 300;
/** A Job that no list shows, and of which the cluster does not say that it is gone. */
const DOUBTED_MS = 2_000;

export interface Placing {
  owner: KubeObject;
  target: Target;
  settled: Settled;
  request: PlacementRequest;
}

export interface Placed {
  outcome: ComponentOutcome;
  decided: Decided;
}

/** load → ask → save → carry out, for one target. One cluster's failure is that cluster's outcome and nobody else's. */
export async function placeTarget(engine: Engine, placing: Placing): Promise<Placed> {
  const { owner, target, settled, request } = placing;
  const members = new Set(settled.members.map(member => member.name));
  await takeAlongWithEntries(engine, target, settled.fleet);
  const works = await settleOrphans(engine, owner, await engine.stores.works.byTarget(target.key), members);
  const decided = await decide(engine, owner, target, settled, request, works);
  const mains = works.filter(work => work.kind === target.main.kind && work.apiVersion === target.main.apiVersion);
  const plan = planWork({
    target,
    wished: wishedBy(decided),
    evicted: evictedBy(decided),
    unplaced: decided.decision.unplaced,
    works: mains,
    now: cluster => clusterNow(engine, target, cluster),
  });
  plan.violated.push(...violatedBy(decided));
  const outcomes = await followPlan(engine, target, plan, works);
  if (plan.apply.some(({ cluster }) => isWritable(engine, cluster) && !clusterNow(engine, target, cluster).answers)) lookAgain(engine, owner, LISTED_SOON_MS);
  const after = await engine.stores.works.byTarget(target.key);
  if (plan.completed.some(({ cluster, name }) => after.some(work => work.cluster === cluster && work.name === name && work.kind === 'Job' && work.state !== 'completed'))) lookAgain(engine, owner, DOUBTED_MS);
  const outcome: ComponentOutcome = {
    name: target.component,
    kind: target.main.kind,
    wanted: wantedPods(target, request, decided),
    unplaced: decided.decision.unplaced,
    sentence: sentence(decided.decision.sentence, 'en'),
    revision: target.revision,
    runs: runsOf(engine, target, plan, after, outcomes),
  };
  return { outcome, decided };
}

/** An entry of the fleet that said deletionPolicy Delete and is gone takes along what was placed through it. It is read from the last decision, as it is gone. */
async function takeAlongWithEntries(engine: Engine, target: Target, fleet: KubeObject): Promise<void> {
  const decision = engine.cache.get(KINDS.decision.group, KINDS.decision.resource, target.owner.namespace, decisionName(parseTargetKey(target.key)!));
  const said = decision?.metadata.annotations?.[ANNOTATION_TAKEN_ALONG]?.split(',') ?? [];
  const gone = said.filter(name => !(fleet.spec?.clusters ?? []).some((entry: any) => entry.name === name));
  if (gone.length === 0) return;
  const works = await engine.stores.works.byTarget(target.key);
  await takeAway(engine, works.filter(work => work.state === 'wanted' && gone.includes(work.cluster)));
}

/** Pods wanted over all clusters: none of a kind without pods; each cluster's own where they are not divided. */
function wantedPods(target: Target, request: PlacementRequest, { decision }: Decided): number {
  if (!target.podSpec) return 0;
  if (target.isJob || request.replicaScheduling.type === 'Divided') return target.replicas;
  return Math.max(target.replicas, decision.verdicts.reduce((sum, verdict) => sum + verdict.replicas, decision.unplaced));
}

/** Best cluster first, so that a new revision begins where it matters most. */
const wishedBy = ({ decision }: Decided) =>
  decision.verdicts
    .filter(verdict => verdict.outcome === 'chosen')
    .sort((a, b) => b.total - a.total || (a.cluster < b.cluster ? -1 : 1))
    .map(({ cluster, replicas }) => ({ cluster, replicas }));

/** What stays where the decision would put nothing now, and why that is so. */
function violatedBy({ decision }: Decided): Plan['violated'] {
  const staying = new Set(decision.notes.filter(note => note.code === 'PlacementViolated').map(note => note.values.cluster));
  return decision.verdicts
    .filter(verdict => verdict.outcome === 'chosen' && staying.has(verdict.cluster))
    .map(({ cluster, rejections }) => ({ cluster, why: `stays although ${rejections.map(each => sentence(each.because, 'en')).join(', ')}` }));
}

/** What is not listed yet, or could not be confirmed, is a matter of moments, and no change will tell when it is over. */
function lookAgain(engine: Engine, owner: KubeObject, afterMs: number) {
  const { group, resource } = kindInfo(engine.registry, owner.apiVersion, owner.kind);
  engine.loop.addAfter(keyOf({ group, resource, namespace: owner.metadata.namespace ?? '', name: owner.metadata.name! }), afterMs);
}

const evictedBy = ({ decision }: Decided) =>
  new Set(decision.verdicts.filter(verdict => verdict.rejections.some(each => each.by === 'residency')).map(verdict => verdict.cluster));

async function followPlan(engine: Engine, target: Target, plan: Plan, works: readonly Work[]): Promise<Map<string, OrderOutcome>> {
  await recordCompleted(engine, plan, works);
  await engine.stores.revisions.save(target.key, target.revision, { ...target, copies: [] }, engine.fence());
  const jobs = works.filter(work => work.kind === 'Job').map(({ revision, name }) => ({ revision, name }));
  const name = target.isJob ? jobName(target, jobs) : target.main.metadata.name!;
  const orders = [
    ...plan.apply.map(each => carryOut(engine, target, orderFor(engine, target, each, name), works)),
    ...plan.hold.map(each => hold(engine, target, each, works)),
  ];
  const outcomes = await Promise.all(orders);
  const gone = new Set(plan.remove.map(each => each.cluster));
  const leaving = works.filter(work => gone.has(work.cluster) && work.state === 'wanted');
  // Debt: what is to be removed and was not claimed again by what is wished for now.
  const owed = works.some(work => work.state === 'removing') ? (await engine.stores.works.byTarget(target.key)).filter(work => work.state === 'removing') : [];
  await takeAway(engine, [...leaving, ...staleCopies(engine, target, plan, works), ...owed]);
  return new Map(outcomes.map(outcome => [outcome.cluster, outcome]));
}

const orderFor = (engine: Engine, target: Target, { cluster, replicas }: { cluster: string; replicas: number }, name: string) => {
  const now = clusterNow(engine, target, cluster);
  return { cluster, clusterUid: now.uid, send: now.answers, replicas, name };
};

/** What waits keeps the revision it has, and drift there is put back to that. */
async function hold(engine: Engine, target: Target, held: Plan['hold'][number], works: readonly Work[]): Promise<OrderOutcome> {
  const stored = held.revision === target.revision ? target : ((await engine.stores.revisions.get(target.key, held.revision)) as Target | undefined);
  const work = works.find(each => each.cluster === held.cluster && each.kind === target.main.kind && each.revision === held.revision);
  if (!stored || !work) return { cluster: held.cluster, state: 'waiting', because: held.why };
  const outcome = await carryOut(engine, stored, orderFor(engine, target, held, work.name), works);
  return outcome.state === 'applied' ? { ...outcome, state: 'waiting', because: held.why } : outcome;
}

/** Copies of ConfigMaps and Secrets that no revision in force names any more, once the workload there has settled on the new one. */
function staleCopies(engine: Engine, target: Target, plan: Plan, works: readonly Work[]): Work[] {
  const current = new Set(target.copies.map(copy => `${copy.kind}/${copy.metadata.name}`));
  const settledIn = new Set(
    plan.apply.map(each => each.cluster).filter(cluster => {
      const live = clusterNow(engine, target, cluster).live(target.main.metadata.name!);
      return live !== undefined && live.settled && live.revision === target.revision;
    }),
  );
  const isCopy = (work: Work) => (work.kind === 'ConfigMap' || work.kind === 'Secret') && work.kind !== target.main.kind;
  return works.filter(work => isCopy(work) && work.state === 'wanted' && settledIn.has(work.cluster) && !current.has(`${work.kind}/${work.name}`));
}

async function recordCompleted(engine: Engine, plan: Plan, works: readonly Work[]) {
  const ended: Work[] = [];
  for (const { cluster, name, outcome } of plan.completed) {
    const work = works.find(each => each.cluster === cluster && each.name === name && each.kind === 'Job');
    if (!work || (outcome === 'Gone' && !(await isGone(engine, work)))) continue;
    ended.push({ ...work, state: 'completed', error: outcome === 'Complete' ? '' : ENDED[outcome], since: engine.clock.now() });
  }
  if (ended.length > 0) await engine.stores.works.save(ended, engine.fence());
}

const ENDED = {
  Failed: 'the Job failed; a changed template or a retry runs it again',
  Gone: 'the Job was deleted in the cluster; it runs once a revision and is not made again',
};

function runsOf(engine: Engine, target: Target, plan: Plan, works: readonly Work[], outcomes: ReadonlyMap<string, OrderOutcome>): Run[] {
  const share = new Map([...plan.apply, ...plan.hold].map(each => [each.cluster, each.replicas]));
  const violated = new Map(plan.violated.map(each => [each.cluster, each.why]));
  const mains = works.filter(work => work.kind === target.main.kind && (!target.isJob || work.revision === target.revision || work.state !== 'completed'));
  // Refused before anything was recorded: the object is another owner's.
  const refused = [...outcomes.values()].filter(outcome => outcome.state !== 'applied' && !mains.some(work => work.cluster === outcome.cluster));
  const unrecorded = refused.map(({ cluster, state, because }): Run => ({ cluster, replicas: share.get(cluster) ?? 0, ready: 0, settled: false, revision: target.revision, state, because }));
  const recorded = mains.map((work): Run => {
    const live = liveObject(engine, work);
    const progress = live ? progressOf(live) : { wanted: 0, ready: 0, settled: false };
    const outcome = outcomes.get(work.cluster);
    const replicas = target.divided || target.isJob ? (share.get(work.cluster) ?? live?.spec?.replicas ?? 0) : target.replicas;
    const away = awaySince(engine, work.cluster);
    // A Job has ended once that is on record: seen ended and not recorded, it could vanish and be taken for one that never ended.
    const settled = progress.settled && !progress.finished;
    const run = { cluster: work.cluster, replicas, ready: progress.ready, settled, revision: work.revision, ...(away ? { away } : {}) };
    if (work.state === 'completed') return { ...run, replicas: target.replicas, ready: work.error ? 0 : target.replicas, settled: work.error === '', state: 'completed' as const, because: work.error };
    if (work.state === 'removing' || work.state === 'orphaned') return { ...run, state: work.state, because: work.error || STATE_TEXT[work.state] };
    if (violated.has(work.cluster)) return { ...run, state: 'violated' as const, because: violated.get(work.cluster)! };
    return { ...run, state: outcome?.state ?? ('applied' as const), because: outcome?.because || progress.trouble || engine.observer.seen(work.cluster)?.pods[target.key]?.trouble || '' };
  });
  return [...recorded, ...unrecorded];
}

/** Since when a cluster does not answer, in words; undefined while it does. */
function awaySince(engine: Engine, cluster: string): string | undefined {
  const reachable = engine.observer.seen(cluster)?.reachable;
  if (!reachable || reachable.ok) return undefined;
  return `no answer since ${rfc3339(reachable.since)}`;
}

const STATE_TEXT = { removing: 'is being removed', orphaned: 'left running; counts as placed until it is gone or released' };

