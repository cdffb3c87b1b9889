import type { KubeObject } from '@flotilla/kube-api';
import type { Statement } from '../model/conditions';
import { isPlacementForm, policyFor, selectedBy } from '../model/policyFor';
import { KINDS, type Engine } from './engine';
import { findingsOn } from './findingsOn';
import type { Result } from './ReconcileLoop';
import { isTemplate } from './reconcileObject';
import { keyOf } from './HubCache';
import { writeConditions } from './writeConditions';

const NET_MS = 60_000;

/** What a policy selects, and of each whether it wins. The objects themselves are placed under their own keys. */
export async function reconcilePolicy(engine: Engine, namespace: string, name: string): Promise<Result | void> {
  const policy = engine.cache.get(KINDS.policy.group, KINDS.policy.resource, namespace, name);
  if (!policy || policy.metadata.deletionTimestamp) return undefined;
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
  await writeConditions(engine, policy, statements, { findings: findings.list, selected: objects.length, objects });
  return { again: NET_MS };
}

/** The objects of its namespace that a policy selects. */
export async function selectedObjects(engine: Engine, policy: KubeObject): Promise<KubeObject[]> {
  const kinds = new Map<string, { apiVersion: string; kind: string }>();
  for (const { apiVersion, kind } of policy.spec?.resourceSelectors ?? []) kinds.set(`${apiVersion}/${kind}`, { apiVersion, kind });
  const found = await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind }) => {
      const info = engine.registry.byKind(apiVersion, kind);
      if (!info || !isTemplate(info)) return [];
      const page = await engine.stores.resources.list({ group: info.group, resource: info.resource, namespace: policy.metadata.namespace });
      return page.items;
    }),
  );
  return found.flat().filter(object => selectedBy({ ...policy, metadata: { ...policy.metadata, deletionTimestamp: undefined } }, object));
}

/** Loop keys of what a policy selects. */
export async function keysSelectedBy(engine: Engine, policy: KubeObject): Promise<string[]> {
  return (await selectedObjects(engine, policy)).map(object => {
    const info = engine.registry.byKind(object.apiVersion, object.kind)!;
    return keyOf({ group: info.group, resource: info.resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name! });
  });
}
