import { FINALIZER_MEMBERS, parseTargetKey, type ClusterReason } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { heard } from '../clusters';
import type { FailureReason } from '../clusters/types';
import { clusterMode, deletionPolicy, kubeconfigKey } from '../model/defaults';
import { formatQuantity } from '../model/quantities';
import type { Amounts } from '../model/quantities';
import type { Work } from '../model/work';
import type { ClusterSeen } from '../observe/types';
import type { Statement } from '../model/conditions';
import { takeAway } from './carryOut';
import { KINDS, type Engine } from './engine';
import type { Result } from './ReconcileLoop';
import { rfc3339, setFinalizer, tell } from './records';
import { findingsOn } from './findingsOn';
import { unrecordedIn } from './unrecorded';
import { writeConditions } from './writeConditions';

/** While a cluster answers its changes wake the key; this catches ages. */
const NET_MS = 30_000;
const FIRST_LOOK_MS = 1_000;
const LEAVING_MS = 1_000;

/** Opens the connection, starts watching, and says how the cluster is. A bad kubeconfig is that cluster's matter alone. */
export async function reconcileCluster(engine: Engine, name: string): Promise<Result | void> {
  const cluster = await engine.stores.resources.get({ group: KINDS.cluster.group, resource: KINDS.cluster.resource, namespace: '', name });
  if (!cluster) {
    await engine.observer.forget(name);
    engine.directory.drop(name);
    engine.upkeep.forget(name);
    return undefined;
  }
  if (cluster.metadata.deletionTimestamp) return leave(engine, cluster);
  const works = await engine.stores.works.byCluster(name);
  if (works.length > 0) await setFinalizer(engine, cluster, FINALIZER_MEMBERS, true);
  const problem = await connect(engine, cluster, works);
  const seen = engine.observer.seen(name);
  engine.observer.interest(name, kindsOf(works));
  // Not asked since this process began: what is on record stays until the first answer or miss.
  if (!problem && seenOnlyBefore(engine.observer.seen(name)) && cluster.status?.conditions) return { again: FIRST_LOOK_MS };
  const condition = problem ?? twin(engine, cluster, seen) ?? stateOf(cluster, seen);
  const findings = findingsOn(engine, cluster);
  engine.tidier.look(engine, name, works);
  const kept = await engine.upkeep.look(engine, cluster, works);
  await writeConditions(engine, cluster, [condition, ...findings.conditions], {
    ...statusOf(engine, cluster, seen, works),
    credentials: kept.credentials,
    findings: [...findings.list, ...kept.findings, ...unrecordedIn(engine, cluster, works)],
  });
  return { again: NET_MS };
}

const seenOnlyBefore = (seen: ClusterSeen | undefined) => seen === undefined || (!seen.reachable.ok && seen.reachable.reason === undefined);

/** Kinds of ours that stand there, so that they are watched. */
const kindsOf = (works: Work[]) => [...new Map(works.filter(({ state }) => state !== 'tidying').map(({ apiVersion, kind }) => [`${apiVersion}/${kind}`, { apiVersion, kind }])).values()];

/** Reads the kubeconfig and opens the connection if it changed; returns what is wrong with it. */
async function connect(engine: Engine, cluster: KubeObject, works: readonly Work[]): Promise<Statement | undefined> {
  const name = cluster.metadata.name!;
  const ref = cluster.spec?.kubeconfigRef;
  if (!ref) return ready('False', 'Joining', 'spec.kubeconfigRef is not set: name the Secret that holds the kubeconfig');
  const secret = await engine.stores.resources.get({ group: '', resource: 'secrets', namespace: ref.namespace, name: ref.name });
  const key = kubeconfigKey(ref);
  const content = secret?.data?.[key];
  if (!secret) {
    await letGo(engine, name, works);
    return ready('False', 'Joining', `Secret ${ref.namespace}/${ref.name}, named by spec.kubeconfigRef, does not exist`);
  }
  if (typeof content !== 'string') return ready('False', 'SignInNeeded', `Secret ${ref.namespace}/${ref.name} has no key ${key} (spec.kubeconfigRef.key)`);
  const opened = engine.directory.use({ cluster: name, kubeconfig: Buffer.from(content, 'base64').toString('utf8') });
  if (!opened.ok) {
    engine.observer.stop(name);
    return ready('False', 'SignInNeeded', `the kubeconfig in Secret ${ref.namespace}/${ref.name} cannot be used: ${opened.because}`);
  }
  engine.observer.watch(name);
  return undefined;
}

/** Whoever takes the kubeconfig away takes our way in: it is not used again from memory, and what runs there is left running. */
async function letGo(engine: Engine, cluster: string, works: readonly Work[]): Promise<void> {
  engine.observer.stop(cluster);
  engine.directory.drop(cluster);
  const orphaned = works.filter(work => work.state === 'wanted').map(work => ({ ...work, state: 'orphaned' as const, since: engine.clock.now() }));
  if (orphaned.length > 0) await engine.stores.works.save(orphaned, engine.fence());
}

const ready = (status: Statement['status'], reason: Statement['reason'], message: string): Statement => ({ type: 'Ready', status, reason, message });

/** Two names for one cluster would write over each other: the younger is held, both are named. */
function twin(engine: Engine, cluster: KubeObject, seen: ClusterSeen | undefined): Statement | undefined {
  if (!seen?.uid) return undefined;
  const older = engine.cache
    .all(KINDS.cluster.group, KINDS.cluster.resource)
    .filter(other => other.metadata.name !== cluster.metadata.name && other.status?.uid === seen.uid)
    .find(other => `${other.metadata.creationTimestamp}${other.metadata.name}` < `${cluster.metadata.creationTimestamp}${cluster.metadata.name}`);
  return older && ready('False', 'Held', `${cluster.metadata.name} and ${older.metadata.name} are the same cluster (kube-system has UID ${seen.uid}); ${older.metadata.name} was first`);
}

const WORD_OF: Partial<Record<FailureReason, ClusterReason>> = { SignInNeeded: 'SignInNeeded', NoPermission: 'NoPermission', Held: 'Held', CertificateInvalid: 'SignInNeeded', BadKubeconfig: 'SignInNeeded' };

/** "I cannot see" is Unknown, "it says no" is False. */
function stateOf(cluster: KubeObject, seen: ClusterSeen | undefined): Statement {
  if (!seen || seen.reachable.lastAnswerAt === 0) {
    const because = seen?.reachable.because;
    if (seen && !seen.reachable.ok && because) return ready('Unknown', WORD_OF[seen.reachable.reason!] ?? 'Unreachable', because);
    return ready('Unknown', 'NotSeen', 'it has not answered yet');
  }
  const pinned = cluster.status?.uid;
  if (pinned && seen.uid && pinned !== seen.uid) {
    return ready('False', 'Held', `another cluster answers here: kube-system has UID ${seen.uid}, ${pinned} was joined. Nothing is read or written until the Cluster is registered anew`);
  }
  if (!seen.reachable.ok) {
    const word = WORD_OF[seen.reachable.reason!] ?? 'Unreachable';
    const none = heard(seen.reachable.reason ?? 'Unreachable') ? 'no usable answer' : 'no answer';
    return ready(word === 'Unreachable' ? 'Unknown' : 'False', word, `${none} since ${new Date(seen.reachable.since).toISOString().slice(11, 19)} UTC: ${seen.reachable.because ?? 'no reason known'}`);
  }
  if (seen.reachable.reason === 'NoPermission') return ready('True', 'NoPermission', `answers, but ${seen.reachable.because}`);
  if (seen.room && seen.room.readyNodes < seen.room.nodes) {
    return ready('True', 'Degraded', `${seen.room.nodes - seen.room.readyNodes} of ${seen.room.nodes} nodes are not ready`);
  }
  return ready('True', 'Healthy', seen.room ? `answers; ${seen.room.readyNodes} of ${seen.room.nodes} nodes are ready` : 'answers; nodes not seen yet');
}

const quantities = (amounts: Amounts) => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, formatQuantity(name, amount)]));

/** What of a cluster's facts its status shows. Facts live outside the object; the status keeps what changes seldom, so that an idle fleet writes nothing. */
export function shownOf(seen: ClusterSeen | undefined): Record<string, unknown> {
  if (!seen) return {};
  const { reachable, room } = seen;
  return {
    ...(seen.version ? { version: seen.version } : {}),
    ...(reachable.lastAnswerAt > 0 ? { reachability: { reachable: reachable.ok, since: rfc3339(reachable.since), ...(reachable.because ? { message: reachable.because } : {}) } } : {}),
    ...(room ? { nodes: `${room.readyNodes}/${room.nodes}`, capacity: { allocatable: quantities(room.allocatable) } } : {}),
    ...(seen.apis ? { apis: seen.apis.value.length } : {}),
  };
}

function statusOf(engine: Engine, cluster: KubeObject, seen: ClusterSeen | undefined, works: Work[]): Record<string, unknown> {
  const fleets = engine.cache
    .all(KINDS.fleet.group, KINDS.fleet.resource)
    .filter(fleet => (fleet.spec?.clusters ?? []).some((entry: any) => entry.name === cluster.metadata.name))
    .map(fleet => `${fleet.metadata.namespace}/${fleet.metadata.name}`)
    .sort();
  const owed = works.filter(work => work.state === 'removing' || (work.state === 'wanted' && work.appliedHash !== work.wantedHash));
  // Only what is to be removed is debt that a deletion of the Cluster would forget; what is still wanted is orphaned with the rest.
  engine.debts.set(cluster.metadata.name!, works.filter(work => work.state === 'removing').length);
  return {
    mode: clusterMode(cluster.spec ?? {}),
    fleets,
    debt: owed.length,
    ...(seen && seen.uid !== '' && !cluster.status?.uid ? { uid: seen.uid } : {}),
    ...shownOf(seen),
  };
}

/**
 * A Cluster that goes: what runs there is left running and keeps our marks (or is removed, with deletionPolicy Delete).
 * Left-over records count as placed, so that nothing is made elsewhere in its stead.
 */
async function leave(engine: Engine, cluster: KubeObject): Promise<Result | void> {
  const name = cluster.metadata.name!;
  const all = await engine.stores.works.byCluster(name);
  const works = all.filter(work => work.state !== 'tidying');
  if (deletionPolicy(cluster.spec ?? {}) === 'Delete') {
    const left = await takeAway(engine, works);
    if (left.length > 0) return { again: NET_MS };
  } else {
    const standing = works.filter(work => work.state !== 'removing' && work.state !== 'orphaned').map(work => ({ ...work, state: 'orphaned' as const, since: engine.clock.now() }));
    if (standing.length > 0) await engine.stores.works.save(standing, engine.fence());
    await waive(engine, cluster, works.filter(work => work.state === 'removing'));
  }
  if (engine.tidier.holds(engine, name, await engine.stores.works.byCluster(name))) return { again: LEAVING_MS };
  await engine.stores.works.remove((await engine.stores.works.byCluster(name)).filter(work => work.state === 'tidying'), engine.fence());
  await engine.observer.forget(name);
  engine.directory.drop(name);
  await setFinalizer(engine, cluster, FINALIZER_MEMBERS, false);
}

/** What was to be removed there is given up with the Cluster, as admission has asked for; what may be left is told there and to each owner. */
async function waive(engine: Engine, cluster: KubeObject, debts: readonly Work[]): Promise<void> {
  if (debts.length === 0) return;
  const listed = (works: readonly Work[]) => works.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ');
  await tell(engine, cluster, 'Warning', 'DebtWaived', `given up with the Cluster; still there, unless somebody else removed it: ${listed(debts)}`);
  for (const target of new Set(debts.map(work => work.target))) {
    const owner = await ownerOf(engine, debts.find(work => work.target === target)!);
    const theirs = debts.filter(work => work.target === target);
    if (owner) await tell(engine, owner, 'Warning', 'DebtWaived', `cluster ${cluster.metadata.name} was given up; still there, unless somebody else removed it: ${listed(theirs)}`);
  }
  await engine.stores.works.remove([...debts], engine.fence());
}

async function ownerOf(engine: Engine, { target, apiVersion }: Work): Promise<KubeObject | undefined> {
  const name = parseTargetKey(target);
  const info = name && (name.kind === KINDS.application.kind ? KINDS.application : engine.registry.byKind(apiVersion, name.kind));
  return info && engine.stores.resources.get({ group: info.group, resource: info.resource, namespace: name.namespace, name: name.name });
}
