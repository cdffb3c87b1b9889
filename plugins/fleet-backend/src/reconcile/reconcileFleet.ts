import { ANNOTATION_REGISTERED_BY, FINALIZER_MEMBERS } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { clusterOfEntry, membership, type Membership } from '../model/membership';
import type { Statement } from '../model/conditions';
import { deletionPolicy } from '../model/defaults';
import { KINDS, type Engine } from './engine';
import { findingsOn } from './findingsOn';
import type { Result } from './ReconcileLoop';
import { applyOwn, removeOwn, setFinalizer } from './records';
import { standsOn, takesAlong } from './removeOwner';
import { writeConditions } from './writeConditions';

const NET_MS = 60_000;

/** One of the article's steps: does its part, says how it went. */
type Step = (engine: Engine, fleet: KubeObject) => Promise<Statement>;

const condition = (type: Statement['type'], status: Statement['status'], reason: Statement['reason'], message: string): Statement => ({ type, status, reason, message });

/** The article's four steps: membership, components, policies, status. Each has its own condition; one that fails hides no other. */
export async function reconcileFleet(engine: Engine, namespace: string, name: string): Promise<Result | void> {
  const fleet = await engine.stores.resources.get({ group: KINDS.fleet.group, resource: KINDS.fleet.resource, namespace, name });
  if (!fleet) return undefined;
  if (fleet.metadata.deletionTimestamp) return leave(engine, fleet);
  const steps: [Statement['type'], Step][] = [
    ['MembersReady', reconcileMembers],
    ['ComponentsReady', reconcileComponents],
    ['PoliciesReady', reconcilePolicies],
  ];
  const conditions = await Promise.all(steps.map(async ([type, step]) => guarded(engine, type, () => step(engine, fleet))));
  const findings = findingsOn(engine, fleet);
  const members = membership(fleet, engine.cache.all(KINDS.cluster.group, KINDS.cluster.resource));
  await writeConditions(engine, fleet, [...conditions, summary(conditions), ...findings.conditions], {
    clusters: `${members.members.filter(isReady).length}/${(fleet.spec?.clusters ?? []).length}`,
    members: memberStatus(fleet, members),
    findings: findings.list,
  });
  return { again: NET_MS };
}

async function guarded(engine: Engine, type: Statement['type'], step: () => Promise<Statement>): Promise<Statement> {
  try {
    return await step();
  } catch (error) {
    engine.logger.error(`step ${type} of a fleet failed`, error as Error);
    return condition(type, 'Unknown', 'MembersNotReady', `this step failed and is tried again: ${(error as Error).message}`);
  }
}

const readyCondition = (cluster: KubeObject) => (cluster.status?.conditions ?? []).find((each: any) => each.type === 'Ready');
const isReady = (member: { cluster: KubeObject }) => readyCondition(member.cluster)?.status === 'True';

/** Entries with a kubeconfigRef register their cluster; those gone from the list no longer do. */
async function reconcileMembers(engine: Engine, fleet: KubeObject): Promise<Statement> {
  const owner = `${fleet.metadata.namespace}/${fleet.metadata.name}`;
  const entries = (fleet.spec?.clusters ?? []).filter((entry: any) => entry.kubeconfigRef);
  const clusters = engine.cache.all(KINDS.cluster.group, KINDS.cluster.resource);
  if (entries.length > 0 || deletionPolicy(fleet.spec ?? {}) === 'Delete') await setFinalizer(engine, fleet, FINALIZER_MEMBERS, true);
  for (const entry of entries) {
    const standing = clusters.find(each => each.metadata.name === entry.name);
    if (!standing || standing.metadata.annotations?.[ANNOTATION_REGISTERED_BY] === owner) await applyOwn(engine, clusterOfEntry(fleet, entry));
  }
  const named = new Set(entries.map((entry: any) => entry.name));
  for (const cluster of clusters) {
    if (cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY] === owner && !named.has(cluster.metadata.name)) await removeOwn(engine, cluster);
  }
  const found = membership(fleet, clusters);
  const missing = found.refused.map(each => each.because);
  const away = found.members.filter(member => !isReady(member)).map(member => `${member.name}: ${readyCondition(member.cluster)?.message ?? 'not seen yet'}`);
  if (missing.length + away.length > 0) return condition('MembersReady', 'False', 'MembersNotReady', [...missing, ...away].join('; '));
  return condition('MembersReady', 'True', 'AllReady', `all ${found.members.length} clusters are Ready`);
}

/** Add-ons are kept and said to have no effect yet; so this step is done when it has said so. */
async function reconcileComponents(_engine: Engine, fleet: KubeObject): Promise<Statement> {
  const wanted = Object.entries(fleet.spec?.addons ?? {}).filter(([, addon]: [string, any]) => addon?.enabled);
  if (wanted.length === 0) return condition('ComponentsReady', 'True', 'Done', 'no add-on is asked for');
  return condition('ComponentsReady', 'Unknown', 'NoEffectYet', `add-ons are stored and not installed yet: ${wanted.map(([name]) => name).join(', ')}`);
}

async function reconcilePolicies(_engine: Engine, fleet: KubeObject): Promise<Statement> {
  const templates = fleet.spec?.policyTemplates ?? [];
  if (templates.length === 0) return condition('PoliciesReady', 'True', 'Done', 'no policy template is given');
  return condition('PoliciesReady', 'Unknown', 'NoEffectYet', `policy templates are stored and not enforced yet: ${templates.map((each: any) => each.name).join(', ')}`);
}

/** A fleet is Ready when no step says False; what has no effect yet does not make it sick. */
function summary(conditions: Statement[]): Statement {
  const failed = conditions.filter(each => each.status === 'False');
  if (failed.length === 0) return condition('Ready', 'True', 'AllReady', 'all its steps are done');
  return condition('Ready', 'False', failed[0].reason, failed.map(each => `${each.type}: ${each.message}`).join('; '));
}

function memberStatus(fleet: KubeObject, found: Membership) {
  return (fleet.spec?.clusters ?? []).map((entry: any) => {
    const member = found.members.find(each => each.name === entry.name);
    const condition_ = member && readyCondition(member.cluster);
    const refused = found.refused.find(each => each.name === entry.name);
    return { name: entry.name, ready: condition_?.status ?? 'Unknown', reason: condition_?.reason ?? refused?.reason ?? 'NotSeen', message: refused?.because ?? condition_?.message ?? '' };
  });
}

/**
 * A fleet that goes takes the registrations of its own entries with it; each Cluster orphans or removes what runs there.
 * With deletionPolicy Delete what was placed on it goes first, while its clusters can still be reached through it.
 */
async function leave(engine: Engine, fleet: KubeObject): Promise<Result | void> {
  const owner = `${fleet.metadata.namespace}/${fleet.metadata.name}`;
  if (takesAlong(fleet) && (await standsOn(engine, owner))) {
    await writeConditions(engine, fleet, [condition('Ready', 'False', 'Deleting', 'waits until what was placed on it is gone from its clusters')], {});
    return { again: 1_000 };
  }
  const own = engine.cache.all(KINDS.cluster.group, KINDS.cluster.resource).filter(cluster => cluster.metadata.annotations?.[ANNOTATION_REGISTERED_BY] === owner);
  for (const cluster of own) await removeOwn(engine, cluster);
  if (own.length > 0) return { again: 1_000 };
  await setFinalizer(engine, fleet, FINALIZER_MEMBERS, false);
}
