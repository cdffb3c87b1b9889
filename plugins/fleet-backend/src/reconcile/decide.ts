import { createHash } from 'node:crypto';
import { ANNOTATION_FLEET, ANNOTATION_POLICY, ANNOTATION_TAKEN_ALONG, decisionName, parseTargetKey, sentence, type Decision } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Work } from '../model/work';
import type { ClusterSeen } from '../observe/types';
import { acting, decisionHash, expand, render, scheduleCompact, type ClusterFacts, type CompactDecision, type Placed, type PlacementRequest, type SchedulingInput, type StayReason } from '../scheduler';
import type { Target } from '../workloads/types';
import { clusterFacts, promisesOf } from './clusterFacts';
import { KINDS, type Engine } from './engine';
import { clusterNow, liveObject } from './inMember';
import type { Settled } from './settle';
import { applyOwn, tell, writeStatus } from './records';

/** What stays where it is whatever the filters say now: nothing is destroyed by absence. */
function stayReason(engine: Engine, target: Target, work: Work): StayReason | undefined {
  if (work.state === 'orphaned') return 'Orphaned';
  if (target.isJob) return 'JobUntilFinished';
  if (target.main.kind === 'StatefulSet') return 'StatefulSet';
  return clusterNow(engine, target, work.cluster).answers ? undefined : 'NotAnswering';
}

/** What the last decision counted in clusters it had no verdict on, as they had left the fleet: there it is kept, and nowhere else. */
function stayed(last: Decision | undefined): [string, number][] {
  const notes = (last?.notes ?? []).filter(({ code }) => code === 'PlacementViolated' || code === 'StaysUnanswered');
  return notes.map(({ values }) => [String(values.cluster), Number(values.replicas)]);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 26);

const DIGESTS = new WeakMap<Exclude<ClusterFacts['nodes'], 'unknown'>['value'], string>();

/** A list of nodes is never changed in place, and stays the same between most decisions: its digest is made once. */
function nodesDigest({ nodes }: ClusterFacts): string {
  if (nodes === 'unknown') return nodes;
  let known = DIGESTS.get(nodes.value);
  if (!known) DIGESTS.set(nodes.value, (known = digest(JSON.stringify(nodes.value))));
  return `${known} ${nodes.seenAt ?? ''}`;
}

/** Content address of the inputs. They are of hundreds of kilobytes, nearly all of it nodes, and held to nothing but themselves. */
const addressOf = (input: SchedulingInput) => digest(JSON.stringify({ ...input, clusters: input.clusters.map(cluster => ({ ...cluster, nodes: nodesDigest(cluster) })) }));

/** Where the target is, from the records: they are there before the pods are. */
export function placedNow(engine: Engine, target: Target, works: readonly Work[], last: Decision | undefined): Placed[] {
  const share = new Map([...stayed(last), ...(last?.verdicts ?? []).map((verdict): [string, number] => [verdict.cluster, verdict.replicas])]);
  const clusters = new Map<string, Placed>();
  for (const work of works) {
    if (work.kind !== target.main.kind || work.state === 'completed' || (!work.sent && work.memberUid === '')) continue;
    // Wished for again before it could be taken away: it stands there as the last decision has it.
    if (work.state === 'removing' && (!share.get(work.cluster) || clusterNow(engine, target, work.cluster).answers)) continue;
    const live = liveObject(engine, work);
    // The share we decided counts, not what somebody scaled it to in the member; a cluster being left has no share any more.
    const replicas = target.divided ? share.get(work.cluster) || (live?.spec?.replicas ?? 0) : target.replicas;
    const seen = engine.observer.seen(work.cluster)?.pods[target.key]?.bound ?? 0;
    clusters.set(work.cluster, { cluster: work.cluster, replicas, seen: Math.min(seen, replicas), keep: stayReason(engine, target, work) });
  }
  return [...clusters.values()];
}

/** A finished Job keeps the decision it ran by: it takes no room and is never placed again. */
const isOver = (target: Target, works: readonly Work[]) =>
  target.isJob && works.some(work => work.kind === 'Job' && work.state === 'completed' && work.revision === target.revision);

export interface Decided {
  /** With the verdicts that are acted on; see `acting`. */
  decision: Decision;
  decidedAt: number;
  request: PlacementRequest;
  /** The whole of it, where it is at hand. */
  body?: CompactDecision;
}

/**
 * Loads the facts, asks the scheduler, and saves the decision with its reservations; one at a time over all targets,
 * so that the next decision already sees what this one promised. What was decided is then published.
 */
export async function decide(engine: Engine, owner: KubeObject, target: Target, settled: Settled, request: PlacementRequest, works: readonly Work[]): Promise<Decided> {
  const decided = await engine.decideAlone(() => decideNow(engine, target, settled, request, works));
  await publish(engine, owner, target, settled.record, decided);
  return decided;
}

/**
 * All that could move what is placed: the wish, the fleet's labels, taints and modes, who answers, and what stands where.
 * Room, load, prices and scores are left out, since they alone never move what runs.
 */
function signatureOf(engine: Engine, target: Target, settled: Settled, request: PlacementRequest, works: readonly Work[]): string {
  const members = settled.members.map(({ name, labels, cluster }) => {
    const reachable = engine.observer.seen(name)?.reachable;
    return [name, labels, cluster.metadata.generation, reachable?.ok, reachable?.reason];
  });
  const standing = works.map(({ cluster, kind, name, state, revision, sent, memberUid }) => [cluster, kind, name, state, revision, sent, memberUid]);
  return digest(JSON.stringify([target.revision, target.owner.uid, request, settled.profile, settled.record, members, standing]));
}

async function decideNow(engine: Engine, target: Target, settled: Settled, request: PlacementRequest, works: readonly Work[]): Promise<Decided> {
  const signature = signatureOf(engine, target, settled, request, works);
  const standing = engine.decisions.standing(target.key, signature, engine.clock.now());
  if (standing) return { ...standing, request };
  const decided = await decideAnew(engine, target, settled, request, works);
  engine.decisions.keep(target.key, signature, engine.clock.now(), { decision: decided.decision, decidedAt: decided.decidedAt });
  return decided;
}

async function decideAnew(engine: Engine, target: Target, settled: Settled, request: PlacementRequest, works: readonly Work[]): Promise<Decided> {
  const last = await engine.stores.decisions.latest(target.key);
  const before = last && acting(last.body as CompactDecision);
  const asBefore = last && before && { decision: before, decidedAt: last.decidedAt, request, body: last.body as CompactDecision };
  if (asBefore && isOver(target, works)) return asBefore;
  // Each is looked at many times below, and every look puts the facts together anew.
  const facts = new Map<string, ClusterSeen | undefined>();
  const seen = (cluster: string) => {
    if (!facts.has(cluster)) facts.set(cluster, engine.observer.seen(cluster));
    return facts.get(cluster);
  };
  const promised = promisesOf(engine.decisions.reservations(), target.key, seen);
  const now = engine.clock.now();
  const input: SchedulingInput = {
    request,
    clusters: settled.members.map(member => clusterFacts(member, seen(member.name), promised.get(member.name) ?? [])),
    profile: settled.profile,
    placed: placedNow(engine, target, works, before),
    now,
  };
  const body = scheduleCompact(input);
  const hash = decisionHash(body);
  // The stored one is what was published: its words stay until something else is decided.
  if (asBefore && last.hash === hash && last.targetUid === target.owner.uid) return asBefore;
  const decision = acting(body);
  const reservations = decision.verdicts
    .filter(verdict => verdict.outcome === 'chosen' && verdict.replicas > 0 && target.podSpec)
    .map(verdict => ({ cluster: verdict.cluster, target: target.key, replicas: verdict.replicas, requests: request.requests }));
  const stored = { target: target.key, targetUid: target.owner.uid, hash, inputsHash: addressOf(input), decidedAt: now, body };
  await engine.stores.decisions.save(stored, input, reservations, engine.fence());
  engine.decisions.reserved(target.key, reservations);
  return { decision, decidedAt: now, request, body };
}

const RECORDED = [ANNOTATION_FLEET, ANNOTATION_POLICY, ANNOTATION_TAKEN_ALONG];

/**
 * The decision as an object of the API, and as an event where the outcome is news. `decidedAt` tells whether this one is out already,
 * so that a crash between saving and publishing is made good, and an unchanged decision costs nothing.
 */
async function publish(engine: Engine, owner: KubeObject, target: Target, annotations: Record<string, string>, { decision, decidedAt, body }: Decided): Promise<void> {
  const name = decisionName(parseTargetKey(target.key)!);
  const known = engine.cache.get(KINDS.decision.group, KINDS.decision.resource, target.owner.namespace, name);
  const isRecorded = RECORDED.every(each => known?.metadata.annotations?.[each] === annotations[each]);
  if (isRecorded && known?.status?.decidedAt === new Date(decidedAt).toISOString() && known.spec?.replicas === target.replicas) return;
  const whole = body ?? ((await engine.stores.decisions.latest(target.key))?.body as CompactDecision | undefined);
  // Forgotten meanwhile: there is nothing to tell of.
  if (!whole) return;
  const status = render(expand(whole), decidedAt);
  const { apiVersion, kind, uid } = target.owner;
  const published = await applyOwn(engine, {
    apiVersion: KINDS.decision.apiVersion,
    kind: KINDS.decision.kind,
    metadata: {
      name,
      namespace: target.owner.namespace,
      annotations,
      ownerReferences: [{ apiVersion, kind, name: target.owner.name, uid, controller: true }],
    },
    spec: { target: target.key, replicas: target.replicas },
  });
  await writeStatus(engine, published, () => ({ observedGeneration: published.metadata.generation, ...status }));
  const placed = decision.unplaced === 0;
  await tell(engine, owner, placed ? 'Normal' : 'Warning', placed ? 'Scheduled' : 'Unschedulable', sentence(decision.sentence, 'en'));
}
