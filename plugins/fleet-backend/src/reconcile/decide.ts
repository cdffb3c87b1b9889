import { parseTargetKey, decisionName, sentence, type Decision } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Member } from '../model/membership';
import type { Work } from '../model/work';
import { contentHash } from '../model/hash';
import { schedule } from '../scheduler/schedule';
import { render } from '../scheduler/render';
import type { PlacementRequest, Placed, Profile, SchedulingInput, StayReason } from '../scheduler/types';
import type { Target } from '../workloads/types';
import { clusterFacts, promisesOf } from './clusterFacts';
import { KINDS, type Engine } from './engine';
import { clusterNow, liveObject } from './inMember';
import { applyOwn, tell, writeStatus } from './records';

/** What stays where it is whatever the filters say now: nothing is destroyed by absence. */
function stayReason(engine: Engine, target: Target, work: Work): StayReason | undefined {
  if (work.state === 'orphaned') return 'Orphaned';
  if (target.isJob) return 'JobUntilFinished';
  if (target.main.kind === 'StatefulSet') return 'StatefulSet';
  return clusterNow(engine, target, work.cluster).answers ? undefined : 'NotAnswering';
}

/** Where the target is, from the records: they are there before the pods are. */
export function placedNow(engine: Engine, target: Target, works: readonly Work[], last: Decision | undefined): Placed[] {
  const share = new Map((last?.verdicts ?? []).map(verdict => [verdict.cluster, verdict.replicas]));
  const clusters = new Map<string, Placed>();
  for (const work of works) {
    if (work.kind !== target.main.kind || work.state === 'removing' || work.state === 'completed') continue;
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
  decision: Decision;
  decidedAt: number;
  request: PlacementRequest;
}

/**
 * Loads the facts, asks the scheduler, and saves the decision with its reservations; one at a time over all targets,
 * so that the next decision already sees what this one promised.
 */
export async function decide(engine: Engine, owner: KubeObject, target: Target, members: Member[], request: PlacementRequest, profile: Profile, works: readonly Work[]): Promise<Decided> {
  return engine.decideAlone(async () => {
    const last = await engine.stores.decisions.latest(target.key);
    if (last && isOver(target, works)) return { decision: last.body as Decision, decidedAt: last.decidedAt, request };
    const seen = (cluster: string) => engine.observer.seen(cluster);
    const promised = promisesOf(await engine.stores.decisions.reservations(), target.key, seen);
    const now = engine.clock.now();
    const input: SchedulingInput = {
      request,
      clusters: members.map(member => clusterFacts(member, seen(member.name), promised.get(member.name) ?? [])),
      profile,
      placed: placedNow(engine, target, works, last?.body as Decision | undefined),
      now,
    };
    const decision = schedule(input);
    const saved = await save(engine, target, decision, input, last?.hash);
    if (saved) await publish(engine, owner, target, decision, now);
    return { decision, decidedAt: saved || !last ? now : last.decidedAt, request };
  });
}

/** Only what was decided, not how many seconds old its facts were, makes a new decision. */
async function save(engine: Engine, target: Target, decision: Decision, input: SchedulingInput, lastHash: string | undefined): Promise<boolean> {
  const hash = decisionHash(decision);
  if (hash === lastHash) return false;
  const reservations = decision.verdicts
    .filter(verdict => verdict.outcome === 'chosen' && verdict.replicas > 0 && target.podSpec)
    .map(verdict => ({ cluster: verdict.cluster, target: target.key, replicas: verdict.replicas, requests: input.request.requests }));
  const stored = { target: target.key, targetUid: target.owner.uid, hash, inputsHash: contentHash(input), decidedAt: input.now, body: decision };
  return (await engine.stores.decisions.save(stored, input, reservations, engine.fence())) === 'saved';
}

/** Outcomes, shares, causes and whole points; ages of facts and the values of sentences would make every look a new decision. */
export function decisionHash(decision: Decision): string {
  return contentHash({
    verdicts: decision.verdicts.map(({ cluster, outcome, replicas, parts, rejections }) => ({
      cluster,
      outcome,
      replicas,
      parts: parts.map(part => [part.scorer, part.score, part.weight]),
      rejections: rejections.map(each => [each.by, each.because.code]),
    })),
    unplaced: decision.unplaced,
    profile: decision.profile,
    weights: decision.weights,
    notes: decision.notes.map(note => note.code),
  });
}

/** The decision as an object of the API, and as an event where the outcome is news. */
async function publish(engine: Engine, owner: KubeObject, target: Target, decision: Decision, now: number): Promise<void> {
  const name = decisionName(parseTargetKey(target.key)!);
  const published = await applyOwn(engine, {
    apiVersion: KINDS.decision.apiVersion,
    kind: KINDS.decision.kind,
    metadata: {
      name,
      namespace: target.owner.namespace,
      ownerReferences: [{ apiVersion: owner.apiVersion, kind: owner.kind, name: target.owner.name, uid: target.owner.uid, controller: true }],
    },
    spec: { target: { apiVersion: owner.apiVersion, kind: owner.kind, name: target.owner.name, component: target.component }, replicas: target.replicas },
  });
  const status = { observedGeneration: published.metadata.generation, ...render(decision, now) };
  await writeStatus(engine, published, () => status);
  const placed = decision.unplaced === 0;
  await tell(engine, owner, placed ? 'Normal' : 'Warning', placed ? 'Scheduled' : 'Unschedulable', sentence(decision.sentence, 'en'));
}
