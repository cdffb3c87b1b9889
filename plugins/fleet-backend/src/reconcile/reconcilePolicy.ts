import { ANNOTATION_POLICY, FINALIZER_MEMBERS } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import { deletionPolicy } from '../model/defaults';
import { isPlacementForm, policyFor, selectedBy } from '../model/policyFor';
import { KINDS, type Engine } from './engine';
import { findingsOn } from './findingsOn';
import type { Result } from './ReconcileLoop';
import { isTemplate } from './reconcileObject';
import { keyOf } from './HubCache';
import { setFinalizer } from './records';
import { takesAlong } from './removeOwner';
import { recorded } from './settle';
import { writeConditions } from './writeConditions';

const NET_MS = 60_000;
const LEAVING_MS = 1_000;

/** What a policy selects, and of each whether it wins. The objects themselves are placed under their own keys. */
export async function reconcilePolicy(engine: Engine, namespace: string, name: string): Promise<Result | void> {
  const policy = engine.cache.get(KINDS.policy.group, KINDS.policy.resource, namespace, name);
  if (!policy) return undefined;
  if (policy.metadata.deletionTimestamp) return leave(engine, policy);
  const findings = findingsOn(engine, policy);
  const statements: Statement[] = [{ type: 'Ready', status: 'True', reason: 'Accepted', message: 'it is in force' }, ...findings.conditions];
  if (!isPlacementForm(policy)) {
    await writeConditions(engine, policy, statements, { findings: findings.list });
    return { again: NET_MS };
  }
  const selected = await selectedObjects(engine, policy);
  const policies = engine.cache.all(KINDS.policy.group, KINDS.policy.resource);
  const objects = selected.map(object => {
    const { apiVersion, kind, metadata } = object;
    const answer = policyFor(object, policies);
    const wins = answer.found === 'one' && answer.policy.metadata.uid === policy.metadata.uid;
    const because = answer.found === 'one' ? (answer.losers.find(each => each.policy.metadata.uid === policy.metadata.uid)?.because ?? answer.because) : answer.found === 'tie' ? answer.because : '';
    return { apiVersion, kind, name: metadata.name, wins, because };
  });
  // Before it goes, what it placed is to go: only then its deletion has work to do.
  await setFinalizer(engine, policy, FINALIZER_MEMBERS, deletionPolicy(policy.spec) === 'Delete' && objects.some(each => each.wins));
  await writeConditions(engine, policy, statements, { findings: findings.list, selected: objects.length, objects });
  return { again: NET_MS };
}

/** A policy that takes along what it placed stays until all of that is gone; what another policy takes up is left to that one. */
async function leave(engine: Engine, policy: KubeObject): Promise<Result | void> {
  if (!policy.metadata.finalizers?.includes(FINALIZER_MEMBERS)) return undefined;
  const policies = engine.cache.all(KINDS.policy.group, KINDS.policy.resource);
  const selected = takesAlong(policy) ? await selectedObjects(engine, policy) : [];
  const alone = selected.filter(object => recorded(engine, object, ANNOTATION_POLICY) === policy.metadata.name && policyFor(object, policies).found === 'none');
  const works = await Promise.all(alone.map(object => engine.stores.works.byOwner(object.metadata.uid!)));
  const clusters = [...new Set(works.flat().map(work => work.cluster))].sort();
  if (alone.length === 0) return void (await setFinalizer(engine, policy, FINALIZER_MEMBERS, false));
  await writeConditions(engine, policy, [{ type: 'Ready', status: 'False', reason: 'Deleting', message: `waits until what it placed is gone from ${clusters.join(', ') || 'the record'}` }], {});
  return { again: LEAVING_MS };
}

/** Whether a policy selects an object, also one that is being deleted. */
export const selects = (policy: KubeObject, object: KubeObject): boolean => selectedBy({ ...policy, metadata: { ...policy.metadata, deletionTimestamp: undefined } }, object) !== undefined;

/** The objects of its namespace that a policy selects. */
export async function selectedObjects(engine: Engine, policy: KubeObject): Promise<KubeObject[]> {
  const kinds = new Map<string, { apiVersion: string; kind: string; names: (string | undefined)[] }>();
  for (const { apiVersion, kind, name } of policy.spec?.resourceSelectors ?? []) {
    const known = kinds.get(`${apiVersion}/${kind}`);
    if (known) known.names.push(name);
    else kinds.set(`${apiVersion}/${kind}`, { apiVersion, kind, names: [name] });
  }
  const namespace = policy.metadata.namespace!;
  const { resources } = engine.stores;
  const found = await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind, names }) => {
      const info = engine.registry.byKind(apiVersion, kind);
      if (!info || !isTemplate(info)) return [];
      const of = { group: info.group, resource: info.resource, namespace };
      const [some, ...others] = new Set(names);
      // A namespace of a thousand objects need not be read for one that is named.
      if (some && others.length === 0) return [await resources.get({ ...of, name: some })].filter(object => object !== undefined);
      return (await resources.list(of)).items;
    }),
  );
  return found.flat().filter(object => selects(policy, object));
}

/** Loop keys of what a policy selects. */
export async function keysSelectedBy(engine: Engine, policy: KubeObject): Promise<string[]> {
  return (await selectedObjects(engine, policy)).map(object => {
    const info = engine.registry.byKind(object.apiVersion, object.kind)!;
    return keyOf({ group: info.group, resource: info.resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name! });
  });
}
