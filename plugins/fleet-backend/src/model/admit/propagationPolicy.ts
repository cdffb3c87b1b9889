import type { PropagationPolicySpec, ResourceSelector } from '@flotilla/backstage-plugin-fleet-common';
import { duplicates, forbidden, invalid, notSupported, required } from '../causes';
import { groupOf, type KubeObject, type StatusCause } from '../kinds';
import { nameProblem } from '../names';
import { isKubeconfigSecret, kubeconfigSecrets } from '../redactSecret';
import type { World } from '../world';
import { placementCauses } from './placement';
import { stagesCauses } from './stages';
import { selectorCauses } from './selectors';
import { objectNameCauses } from './values';

const OBJECTS = ['resourceSelectors', 'placement'] as const;
const ROLLOUT = ['targetRef', 'rollout', 'rollback'] as const;

/** One of the two forms, whole: plain objects and their placement, or an Application and its rollout. */
function formCauses(spec: PropagationPolicySpec): StatusCause[] {
  const has = (fields: readonly (keyof PropagationPolicySpec)[]) => fields.filter(field => spec[field] !== undefined);
  const objects = has(OBJECTS);
  const rollout = has(ROLLOUT);
  if (objects.length && rollout.length) {
    return rollout.map(field => forbidden(`spec.${field}`, `may not stand beside ${objects.join(' and ')}: a policy places objects or rolls out an Application`, 'write two policies'));
  }
  if (rollout.length) {
    const missing = (['targetRef', 'rollout'] as const).filter(field => spec[field] === undefined);
    return missing.map(field => required(`spec.${field}`, `must be given with ${rollout.join(' and ')}`));
  }
  if (spec.resourceSelectors) return [];
  return [required('spec.resourceSelectors', 'either resourceSelectors and placement, or targetRef and rollout must be given')];
}

/** Kinds that belong to one cluster, or to the hub, and mean nothing elsewhere. */
const STAYS_HOME = new Set(['v1/Event', 'events.k8s.io/v1/Event', 'coordination.k8s.io/v1/Lease', 'v1/Endpoints', 'discovery.k8s.io/v1/EndpointSlice', 'v1/Node']);

const API_VERSION = /^([a-z0-9][-a-z0-9.]{0,252}\/)?v[a-z0-9]{1,62}$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;

function mayTravel({ apiVersion, kind }: ResourceSelector, world: World): string | undefined {
  if (groupOf(apiVersion).endsWith('.kurator.dev')) return `${kind} of ${apiVersion} is the hub's own and never travels`;
  if (STAYS_HOME.has(`${apiVersion}/${kind}`)) return `${kind} belongs to one cluster and never travels`;
  return world.checks.isNamespaced(apiVersion, kind) === false ? `${kind} has no namespace; a policy selects objects of its own namespace only` : undefined;
}

function resourceSelectorCauses(selector: ResourceSelector, index: number, policy: KubeObject, world: World): StatusCause[] {
  const at = `spec.resourceSelectors[${index}]`;
  const namespace = policy.metadata.namespace ?? '';
  const stays = mayTravel(selector, world);
  const causes: StatusCause[] = stays ? [forbidden(`${at}.kind`, stays)] : [];
  if (!API_VERSION.test(selector.apiVersion)) causes.push(invalid(`${at}.apiVersion`, selector.apiVersion, 'must be a group and version, such as "apps/v1"'));
  if (!KIND.test(selector.kind)) causes.push(invalid(`${at}.kind`, selector.kind, 'must be a kind, such as "Deployment"'));
  causes.push(...objectNameCauses(selector.name || undefined, `${at}.name`));
  if (selector.namespace && selector.namespace !== namespace) causes.push(forbidden(`${at}.namespace`, `a policy selects objects of its own namespace, ${namespace}, only`));
  if (selector.apiVersion === 'v1' && selector.kind === 'Secret' && selector.name) {
    const named = kubeconfigSecrets(world.fleets, world.clusters);
    const secret = world.secrets.find(each => each.metadata.namespace === namespace && each.metadata.name === selector.name);
    const holds = isKubeconfigSecret(secret ?? { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: selector.name } }, named);
    if (holds) causes.push(forbidden(`${at}.name`, `Secret "${selector.name}" holds a kubeconfig and never travels`));
  }
  return [...causes, ...selectorCauses(selector.labelSelector, `${at}.labelSelector`)];
}

const sameSelector = (selector: ResourceSelector) => JSON.stringify([selector.apiVersion, selector.kind, selector.name ?? '', selector.labelSelector ?? {}]);

function targetCauses({ targetRef }: PropagationPolicySpec): StatusCause[] {
  if (!targetRef) return [];
  const causes: StatusCause[] = [];
  if (targetRef.apiVersion !== 'apps.kurator.dev/v1alpha1') causes.push(notSupported('spec.targetRef.apiVersion', targetRef.apiVersion, ['apps.kurator.dev/v1alpha1']));
  const nameless = nameProblem(targetRef.name);
  if (nameless) causes.push(invalid('spec.targetRef.name', targetRef.name, nameless));
  if (targetRef.kind !== 'Application') causes.push(notSupported('spec.targetRef.kind', targetRef.kind, ['Application']));
  return causes;
}

/** Everything wrong in itself with a PropagationPolicy. */
export function policyCauses(policy: KubeObject, world: World): StatusCause[] {
  const spec: PropagationPolicySpec = policy.spec ?? {};
  const selectors = spec.resourceSelectors ?? [];
  const empty = spec.resourceSelectors && selectors.length === 0 ? [invalid('spec.resourceSelectors', [], 'must select something')] : [];
  return [
    ...formCauses(spec),
    ...empty,
    ...selectors.flatMap((selector, index) => resourceSelectorCauses(selector, index, policy, world)),
    ...duplicates(selectors, sameSelector, index => `spec.resourceSelectors[${index}]`),
    ...placementCauses(spec.placement, 'spec.placement'),
    ...targetCauses(spec),
    ...stagesCauses(spec.rollout?.stages),
  ];
}
