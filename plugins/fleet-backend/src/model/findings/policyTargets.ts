import type { ResourceSelector } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import { isPlacementForm, policyFor, selectedBy } from '../policyFor';
import type { World } from '../world';
import type { Found, Rule } from './rule';

function ofRollout(policy: KubeObject, world: World): Found[] {
  const { targetRef } = policy.spec;
  if (!targetRef) return [];
  const { namespace } = policy.metadata;
  const target = world.applications.find(each => each.metadata.namespace === namespace && each.metadata.name === targetRef.name);
  const found: Found[] = target ? [] : [{ code: 'TargetNotFound', severity: 'warning', path: 'spec.targetRef.name', because: `there is no Application ${targetRef.name} in namespace ${namespace}` }];
  const others = world.policies.filter(
    each => each.metadata.namespace === namespace && each.metadata.name !== policy.metadata.name && each.spec?.targetRef?.name === targetRef.name,
  );
  if (others.length) {
    found.push({ code: 'SeveralRolloutPolicies', severity: 'warning', path: 'spec.targetRef', because: `${others.map(each => each.metadata.name).join(', ')} rolls out the same Application: only the first by name acts` });
  }
  return found;
}

const without = (policies: readonly KubeObject[], policy: KubeObject) =>
  policies.filter(each => each.metadata.namespace !== policy.metadata.namespace || each.metadata.name !== policy.metadata.name);

function ofObjects(policy: KubeObject, world: World): Found[] {
  const objects = world.objectsIn(policy.metadata.namespace ?? '').filter(object => selectedBy(policy, object));
  const selectors: ResourceSelector[] = policy.spec.resourceSelectors;
  const empty = selectors.flatMap((selector, index): Found[] => {
    // A kind that is not in the snapshot may well be there.
    if (world.sees && !world.sees(selector.apiVersion, selector.kind)) return [];
    const alone = { ...policy, spec: { ...policy.spec, resourceSelectors: [selector] } };
    if (objects.some(object => selectedBy(alone, object))) return [];
    const name = selector.name ? ` ${selector.name}` : '';
    return [{ code: 'SelectsNothing', severity: 'info', path: `spec.resourceSelectors[${index}]`, because: `nothing in namespace ${policy.metadata.namespace} is selected: there is no ${selector.kind}${name}` }];
  });
  // The policy that is being written stands in for its stored self.
  const all = [...without(world.policies, policy), policy];
  const tied = objects.flatMap((object): Found[] => {
    const answer = policyFor(object, all);
    if (answer.found !== 'tie' || !answer.policies.includes(policy)) return [];
    return [{ code: 'PolicyTie', severity: 'warning', path: 'spec.priority', because: `${object.kind} ${object.metadata.name}: ${answer.because}` }];
  });
  return [...empty, ...tied];
}

/** A policy whose object is not there, or is claimed by another as well. */
export const policyTargets: Rule = (policy, world) => {
  if (policy.kind !== 'PropagationPolicy') return [];
  return isPlacementForm(policy) ? ofObjects(policy, world) : ofRollout(policy, world);
};
