import { ANNOTATION_FLEET, FINALIZER_MEMBERS } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import type { Near } from '../scheduler/types';
import { componentStatus, placedColumn, rollUp, type ComponentOutcome } from '../workloads/rollUp';
import { targetsOf } from '../workloads/targets';
import type { Target } from '../workloads/types';
import { takeAway } from './carryOut';
import { KINDS, type Engine } from './engine';
import { findingsOn } from './findingsOn';
import { loadReferences } from './loadReferences';
import { placeTarget } from './placeTarget';
import type { Result } from './ReconcileLoop';
import { DEBT_AGAIN_MS, forgetPlacement, removeOwner, takenAlong, takesAlong } from './removeOwner';
import { orphanedStatement, settleOrphans } from './orphans';
import { setFinalizer } from './records';
import { writeConditions } from './writeConditions';
import { placementRequest } from './schedulingInput';
import { recorded, settle, type Settled } from './settle';

/** While something is on its way the clusters' events wake the key; this is only the net below. */
const NET_MS = 60_000;
const WORKING_MS = 5_000;

/** The whole way of one Application: fleet, decision, objects in clusters, status. */
export async function reconcileApplication(engine: Engine, namespace: string, name: string): Promise<Result | void> {
  const application = await engine.stores.resources.get({ group: KINDS.application.group, resource: KINDS.application.resource, namespace, name });
  if (!application) return undefined;
  if (application.metadata.deletionTimestamp) return removeOwner(engine, application);
  const settled = settle(engine, application);
  if (!settled.ok) return notScheduled(engine, application, settled.condition);
  const { fleet, fleetName } = settled.settled;
  if (takesAlong(fleet)) {
    const message = await takenAlong(engine, application, `fleet ${fleetName}`);
    await notScheduled(engine, application, { type: 'Scheduled', status: 'False', reason: 'FleetNotFound', message });
    return { again: DEBT_AGAIN_MS };
  }
  const targets = targetsOf(application, await loadReferences(engine, application));
  // Before the first object is written: from here on its deletion has work to do.
  if (!(await setFinalizer(engine, application, FINALIZER_MEMBERS, true))) return undefined;
  const outcomes = await placeAll(engine, application, settled.settled, targets);
  await dropRemovedComponents(engine, application, targets);
  await report(engine, application, outcomes, settled.settled);
  const working = outcomes.some(each => each.unplaced > 0 || each.runs.some(run => !run.settled || run.state === 'waiting'));
  return { again: working ? WORKING_MS : NET_MS };
}

/** In the application's order: a component may want to be near those before it. */
async function placeAll(engine: Engine, application: KubeObject, settled: Settled, targets: Target[]): Promise<ComponentOutcome[]> {
  const outcomes: ComponentOutcome[] = [];
  const near: Near[] = [];
  for (const target of targets) {
    const component = application.spec.components.find((each: any) => each.name === target.component);
    const request = placementRequest(target, { ...component.placement, autoscaling: component.autoscaling ?? component.placement?.autoscaling }, settled, near, engine.resourceAliases);
    const { outcome, decided } = await placeTarget(engine, { owner: application, target, settled, request });
    outcomes.push(outcome);
    for (const verdict of decided.decision.verdicts.filter(each => each.outcome === 'chosen')) {
      const labels = settled.members.find(member => member.name === verdict.cluster)?.labels ?? {};
      near.push({ what: 'sibling', name: target.component, cluster: verdict.cluster, zone: labels.zone, region: labels.region, provider: labels.provider });
    }
  }
  return outcomes;
}

/** A component taken out of the application is a recorded wish: its objects go. */
async function dropRemovedComponents(engine: Engine, application: KubeObject, targets: Target[]): Promise<void> {
  const keys = new Set(targets.map(target => target.key));
  const works = await engine.stores.works.byOwner(application.metadata.uid!);
  const orphans = works.filter(work => !keys.has(work.target));
  if (orphans.length > 0) await takeAway(engine, orphans);
  for (const target of await engine.stores.decisions.targetsOf(application.metadata.uid!)) {
    if (keys.has(target) || orphans.some(work => work.target === target)) continue;
    await engine.decisions.remove(target, engine.fence());
    await engine.stores.revisions.remove(target, engine.fence());
  }
}

async function report(engine: Engine, application: KubeObject, outcomes: ComponentOutcome[], settled: Settled): Promise<void> {
  const findings = findingsOn(engine, application);
  const conditions = [...rollUp(outcomes), ...findings.conditions];
  await writeConditions(engine, application, conditions, {
    fleet: settled.fleetName,
    placed: placedColumn(outcomes),
    components: componentStatus(outcomes),
    findings: findings.list,
  });
}

/** A fleet that is named and not there may be the next thing applied: whoever waits goes on waiting. */
const standing = ({ reason, message }: Statement): Statement[] => [
  reason === 'FleetNotFound' ? { type: 'Reconciling', status: 'True', reason, message } : { type: 'Stalled', status: 'True', reason: 'NeedsChange', message },
];

async function notScheduled(engine: Engine, application: KubeObject, condition: Statement): Promise<Result> {
  const findings = findingsOn(engine, application);
  const works = await settleOrphans(engine, application, await engine.stores.works.byOwner(application.metadata.uid!), new Set());
  if (works.length === 0 && recorded(engine, application, ANNOTATION_FLEET) !== undefined) await forgetPlacement(engine, application);
  const waiting: Statement[] = [
    condition,
    { type: 'Ready', status: 'False', reason: 'NotScheduled', message: condition.message },
    ...standing(condition),
    ...orphanedStatement(works),
    ...findings.conditions,
  ];
  await writeConditions(engine, application, waiting, { findings: findings.list });
  return { again: NET_MS };
}
