import { ANNOTATION_POLICY, FINALIZER_MEMBERS } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject, ResourceInfo } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import { adoption } from '../model/defaults';
import { groupOf } from '../model/kinds';
import { policyFor } from '../model/policyFor';
import { isKubeconfigSecret, kubeconfigSecrets } from '../model/redactSecret';
import type { Work } from '../model/work';
import { rollUp, type ComponentOutcome } from '../workloads/rollUp';
import { targetOfObject } from '../workloads/targets';
import { decide } from './decide';
import { KINDS, type Engine } from './engine';
import { orphanedStatement, settleOrphans } from './orphans';
import { placeTarget } from './placeTarget';
import type { Result } from './ReconcileLoop';
import { DEBT_AGAIN_MS, forgetPlacement, removeOwner, takenAlong, takesAlong } from './removeOwner';
import { rfc3339, setFinalizer, writeStatus } from './records';
import { placementRequest } from './schedulingInput';
import { recorded, settle } from './settle';
import { conditionsNow } from './writeConditions';

const NET_MS = 60_000;
const WORKING_MS = 5_000;

/** Namespaced kinds that policies may select. Kinds of ours and the API's own book-keeping are never templates. */
export const isTemplate = (info: ResourceInfo): boolean =>
  info.namespaced && !info.group.endsWith('.kurator.dev') && !['Event', 'Pod', 'ReplicaSet', 'Lease', 'Endpoints', 'EndpointSlice'].includes(info.kind);

const policiesOf = (engine: Engine, namespace: string) =>
  engine.cache.all(KINDS.policy.group, KINDS.policy.resource).filter(policy => policy.metadata.namespace === namespace);

/** The whole way of one object that a policy selected: policy, fleet, decision, objects in clusters, aggregated status. */
export async function reconcileObject(engine: Engine, info: ResourceInfo, namespace: string, name: string): Promise<Result | void> {
  const object = await engine.stores.resources.get({ group: info.group, resource: info.resource, namespace, name });
  if (!object) return undefined;
  const works = await engine.stores.works.byOwner(object.metadata.uid!);
  if (object.metadata.deletionTimestamp) return object.metadata.finalizers?.includes(FINALIZER_MEMBERS) ? removeOwner(engine, object) : undefined;
  // A kubeconfig never travels, even if it became one after a policy selected it.
  if (isKubeconfigSecret(object, kubeconfigSecrets(engine.world.fleets, engine.world.clusters))) return works.length > 0 ? leaveAlone(engine, object, works, []) : undefined;
  const policies = policiesOf(engine, namespace);
  const inForce = recorded(engine, object, ANNOTATION_POLICY);
  const answer = policyFor(object, policies, inForce);
  const going = policies.find(policy => policy.metadata.name === inForce && takesAlong(policy));
  if (answer.found === 'none' && going) return takeAlong(engine, object, `PropagationPolicy ${inForce}`);
  if (answer.found === 'none') return works.length > 0 ? leaveAlone(engine, object, works, []) : nothingStands(engine, object);
  if (answer.found === 'tie') return leaveAlone(engine, object, works, [{ type: 'Scheduled', status: 'False', reason: 'PolicyTie', message: answer.because }]);
  const settled = settle(engine, object, answer.policy);
  if (!settled.ok) return leaveAlone(engine, object, works, [settled.condition]);
  if (takesAlong(settled.settled.fleet)) return takeAlong(engine, object, `fleet ${settled.settled.fleetName}`);
  if (!(await setFinalizer(engine, object, FINALIZER_MEMBERS, true))) return undefined;
  const target = targetOfObject(object, adoption(answer.policy.spec));
  const request = placementRequest(target, undefined, settled.settled, [], engine.resourceAliases);
  // In a burst all is decided first, so that each knows where it goes before the writing of the others is done.
  if (works.length === 0 && engine.loop.crowded) {
    await decide(engine, object, target, settled.settled, request, []);
    return { again: 0 };
  }
  const { outcome } = await placeTarget(engine, { owner: object, target, settled: settled.settled, request });
  await aggregate(engine, object, outcome);
  return { again: outcome.unplaced > 0 || outcome.runs.some(run => !run.settled || run.state === 'waiting') ? WORKING_MS : NET_MS };
}

async function nothingStands(engine: Engine, object: KubeObject): Promise<void> {
  if (object.metadata.finalizers?.includes(FINALIZER_MEMBERS)) await forgetPlacement(engine, object);
}

async function takeAlong(engine: Engine, object: KubeObject, whose: string): Promise<Result> {
  const message = await takenAlong(engine, object, whose);
  await writeTemplateConditions(engine, object, [{ type: 'Scheduled', status: 'False', reason: 'FleetNotFound', message }]);
  return { again: DEBT_AGAIN_MS };
}

/** No policy selects it any more, or none can place it: what runs is left running. A policy that comes back takes it up again. */
async function leaveAlone(engine: Engine, object: KubeObject, works: readonly Work[], conditions: Statement[]): Promise<Result> {
  const now = await settleOrphans(engine, object, works, new Set());
  await writeTemplateConditions(engine, object, [...conditions, ...orphanedStatement(now)]);
  return { again: NET_MS };
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

/** What the clusters report, added up, in the fields of the kind's own status, so that `kubectl get deployment` shows it. */
async function aggregate(engine: Engine, object: KubeObject, outcome: ComponentOutcome): Promise<void> {
  const ready = sum(outcome.runs.map(run => run.ready));
  const placed = sum(outcome.runs.map(run => run.replicas));
  const counts =
    object.kind === 'Deployment' || object.kind === 'StatefulSet'
      ? { observedGeneration: object.metadata.generation ?? 1, replicas: placed, updatedReplicas: placed, readyReplicas: ready, availableReplicas: ready }
      : {};
  await writeTemplateConditions(engine, object, rollUp([outcome]), counts);
}

/** A built-in kind's conditions have no observedGeneration; ours stand beside its own. */
async function writeTemplateConditions(engine: Engine, object: KubeObject, statements: Statement[], counts: Record<string, unknown> = {}): Promise<void> {
  if (!CONDITIONED.has(`${groupOf(object.apiVersion)}/${object.kind}`)) return;
  await writeStatus(engine, object, now => ({
    ...now,
    ...counts,
    conditions: conditionsNow(now.conditions ?? [], statements, 0, rfc3339(engine.clock.now())).map(({ observedGeneration: _generation, ...condition }: any) => condition),
  }));
}

const CONDITIONED = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job']);

