import type { Component } from '@flotilla/backstage-plugin-fleet-common';
import { duplicate, duplicates, forbidden, invalid, notSupported } from '../causes';
import { API_VERSION_OF, componentObject, podTemplateOf } from '../componentObject';
import { keyOf, nameOf, type KubeObject, type StatusCause } from '../kinds';
import { nameProblem } from '../names';
import { policyFor } from '../policyFor';
import { isKubeconfigSecret, kubeconfigSecrets } from '../redactSecret';
import { referencesOf } from '../references';
import type { World } from '../world';
import { fleetNameCauses } from './annotations';
import { overrideCauses } from './overrides';
import { placementCauses } from './placement';
import { profileListCauses } from './profiles';

/** Who else writes an object of this kind and name into this namespace of the members; undefined when nobody does. */
function otherWriter(component: Component, application: KubeObject, world: World): string | undefined {
  const { namespace } = application.metadata;
  const canaryOf = (name: string) => `${name}-canary`;
  const clash = (other: Component) =>
    other.type === component.type && (other.name === component.name || canaryOf(other.name) === component.name || other.name === canaryOf(component.name));
  const beside = world.applications.find(
    other => other.metadata.namespace === namespace && other.metadata.name !== application.metadata.name && (other.spec?.components ?? []).some(clash),
  );
  if (beside) return nameOf(beside);
  const template = world
    .objectsIn(namespace ?? '')
    .find(object => object.kind === component.type && object.apiVersion === API_VERSION_OF[component.type] && object.metadata.name === component.name);
  const answer = template && policyFor(template, world.policies);
  return answer?.found === 'one' ? `PropagationPolicy ${keyOf(answer.policy)}` : undefined;
}

/** What the template says of itself must agree with the component. */
function templateCauses(component: Component, namespace: string, at: string): StatusCause[] {
  const { apiVersion, kind, metadata } = component.template as Record<string, any>;
  const causes: StatusCause[] = [];
  const wanted = API_VERSION_OF[component.type];
  if (kind !== undefined && kind !== component.type) causes.push(invalid(`${at}.kind`, kind, `must be the component's type, ${component.type}`));
  if (apiVersion !== undefined && apiVersion !== wanted) causes.push(notSupported(`${at}.apiVersion`, apiVersion, [wanted]));
  if (metadata?.name !== undefined && metadata.name !== component.name) causes.push(invalid(`${at}.metadata.name`, metadata.name, `must be the component's name, ${component.name}, or absent`));
  if (metadata?.namespace !== undefined && metadata.namespace !== namespace) causes.push(invalid(`${at}.metadata.namespace`, metadata.namespace, `must be the application's namespace, ${namespace}, or absent`));
  return causes;
}

/** Kubernetes' own judgement, its paths led back into the application. */
function kubernetesCauses(component: Component, namespace: string, at: string, world: World): StatusCause[] {
  return world.checks
    .validateObject(componentObject(component, namespace))
    .filter(cause => !/^metadata\.(name|namespace)\b/.test(cause.field))
    .map(cause => ({ ...cause, field: cause.field ? `${at}.${cause.field}` : at }));
}

/** Whether a name in a namespace is that of a kubeconfig Secret. */
function kubeconfigNames(namespace: string, world: World): (name: string) => boolean {
  const named = kubeconfigSecrets(world.fleets, world.clusters);
  const holding = new Set(world.secrets.filter(secret => isKubeconfigSecret(secret, named)).map(keyOf));
  return name => named.has(`${namespace}/${name}`) || holding.has(`${namespace}/${name}`);
}

function secretCauses(component: Component, at: string, isKubeconfig: (name: string) => boolean): StatusCause[] {
  const podSpec = podTemplateOf({ kind: component.type, spec: (component.template as any).spec })?.spec;
  return referencesOf(podSpec)
    .filter(({ kind, name }) => kind === 'Secret' && isKubeconfig(name))
    .map(({ name }) => forbidden(`${at}.spec`, `Secret "${name}" holds a kubeconfig and never travels`, 'give the workload a Secret of its own'));
}

function componentCauses(component: Component, index: number, application: KubeObject, world: World, isKubeconfig: (name: string) => boolean): StatusCause[] {
  const at = `spec.components[${index}]`;
  const namespace = application.metadata.namespace ?? '';
  const nameless = nameProblem(component.name);
  const writer = otherWriter(component, application, world);
  return [
    ...(nameless ? [invalid(`${at}.name`, component.name, nameless)] : []),
    ...(writer ? [duplicate(`${at}.name`, component.name, `${writer} writes the ${component.type} of this name in namespace ${namespace}`)] : []),
    ...templateCauses(component, namespace, `${at}.template`),
    ...(nameless ? [] : kubernetesCauses(component, namespace, `${at}.template`, world)),
    ...secretCauses(component, `${at}.template`, isKubeconfig),
    ...placementCauses(component.placement, `${at}.placement`),
    ...overrideCauses(component.overrideRules, `${at}.overrideRules`, isKubeconfig),
  ];
}

/** A component whose name is another's with `-canary` behind it would be written over by that one's canary. */
function canaryCauses(components: readonly Component[]): StatusCause[] {
  const canaries = new Set(components.map(({ type, name }) => `${type}/${name}-canary`));
  return components.flatMap((component, index) =>
    canaries.has(`${component.type}/${component.name}`)
      ? [forbidden(`spec.components[${index}].name`, `"${component.name}" is the name of another component's canary`)]
      : [],
  );
}

/** Everything wrong in itself with an Application. */
export function applicationCauses(application: KubeObject, world: World): StatusCause[] {
  const components: Component[] = application.spec?.components ?? [];
  const nameless = nameProblem(application.metadata.name);
  const isKubeconfig = kubeconfigNames(application.metadata.namespace ?? '', world);
  return [
    ...(nameless ? [invalid('metadata.name', application.metadata.name, nameless)] : []),
    ...fleetNameCauses(application.spec?.destination?.fleet, 'spec.destination.fleet'),
    ...profileListCauses(application.spec?.profiles),
    ...duplicates(components, component => component.name, index => `spec.components[${index}].name`),
    ...canaryCauses(components),
    ...components.flatMap((component, index) => componentCauses(component, index, application, world, isKubeconfig)),
  ];
}
