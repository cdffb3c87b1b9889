import {
  ANNOTATION_TARGET,
  LABEL_APPLICATION,
  LABEL_COMPONENT,
  LABEL_MANAGED_BY,
  LABEL_REVISION,
  LABEL_TRACK,
  MANAGED_BY_FLOTILLA,
  TRACK_STABLE,
  targetKey,
  type Component,
} from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { API_VERSION_OF, podTemplateOf } from '../model/componentObject';
import { contentHash } from '../model/hash';
import { referencesOf, renameReferences } from '../model/references';
import type { Reference, Target, TargetOwner } from './types';

/** Kinds whose `spec.replicas` is divided over clusters. */
const DIVIDED = new Set(['Deployment', 'StatefulSet', 'ReplicaSet']);

const ownerOf = (object: KubeObject): TargetOwner => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name!,
  uid: object.metadata.uid!,
  generation: object.metadata.generation ?? 1,
});

/** How many pods a Job runs at once: never more than it has to complete. */
const jobPods = (spec: any): number => Math.min(spec?.parallelism ?? 1, spec?.completions ?? spec?.parallelism ?? 1);

function replicasOf(kind: string, spec: any): number {
  if (kind === 'Job') return jobPods(spec);
  return DIVIDED.has(kind) ? (spec?.replicas ?? 1) : 1;
}

/** ConfigMaps and Secrets of the application's namespace that its components name, so that the caller can load them. */
export function referencesOfApplication(application: KubeObject): { kind: 'ConfigMap' | 'Secret'; name: string }[] {
  const found = (application.spec?.components ?? []).flatMap((component: any) =>
    referencesOf(podTemplateOf({ kind: component.type, spec: component.template?.spec })?.spec),
  );
  return [...new Map(found.map((each: any) => [`${each.kind}/${each.name}`, each])).values()] as any;
}

/** Room for the hash in a name of at most 253 characters. */
const LONGEST_NAME = 242;

/**
 * An immutable copy, named by its content: a changed ConfigMap is a new object, so the old revision keeps its own.
 * The target is in the name as well: two components that read one ConfigMap have a copy each, and one going takes nothing from the other.
 */
function copyOf(reference: Reference, owner: TargetOwner, target: string): KubeObject {
  const { data, binaryData, stringData, type } = reference.content;
  const body = { data, binaryData, stringData, ...(reference.kind === 'Secret' ? { type } : {}) };
  return {
    apiVersion: 'v1',
    kind: reference.kind,
    metadata: {
      name: `${reference.name.slice(0, LONGEST_NAME)}-${contentHash({ body, target }).slice(0, 10)}`,
      namespace: owner.namespace,
      labels: { [LABEL_MANAGED_BY]: MANAGED_BY_FLOTILLA, [LABEL_APPLICATION]: owner.name },
      annotations: { [ANNOTATION_TARGET]: target },
    },
    immutable: true,
    ...JSON.parse(JSON.stringify(body)),
  };
}

/** Our labels and the selector; `track` is in the selector from the first apply, since a selector cannot change later. */
function mark(main: KubeObject, owner: TargetOwner, component: string, revision: string, target: string): KubeObject {
  const labels = {
    [LABEL_MANAGED_BY]: MANAGED_BY_FLOTILLA,
    [LABEL_APPLICATION]: owner.name,
    [LABEL_COMPONENT]: component,
    [LABEL_REVISION]: revision,
    [LABEL_TRACK]: TRACK_STABLE,
  };
  const marked = structuredClone(main);
  marked.metadata.labels = { ...marked.metadata.labels, ...labels };
  marked.metadata.annotations = { ...marked.metadata.annotations, [ANNOTATION_TARGET]: target };
  const template = podTemplateOf(marked);
  if (template) template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } };
  // A Job's selector belongs to its controller.
  if (template && ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(marked.kind)) {
    const named = marked.spec.selector?.matchLabels ?? { [LABEL_APPLICATION]: owner.name, [LABEL_COMPONENT]: component };
    marked.spec.selector = { ...marked.spec.selector, matchLabels: { ...named, [LABEL_TRACK]: TRACK_STABLE } };
  }
  return marked;
}

function componentTarget(owner: TargetOwner, component: any, references: Reference[]): Target {
  const { apiVersion, kind: ownKind, metadata, ...body } = component.template ?? {};
  const kind = ownKind ?? component.type;
  const key = targetKey(owner, component.name);
  const podSpec = podTemplateOf({ kind, spec: body.spec })?.spec;
  const used = referencesOf(podSpec).flatMap(named => references.filter(each => each.kind === named.kind && each.name === named.name));
  const copies = used.map(reference => copyOf(reference, owner, key));
  const revision = contentHash({ template: component.template, copies: copies.map(copy => [copy.kind, copy.metadata.name]) }).slice(0, 10);
  const plain: KubeObject = {
    apiVersion: apiVersion ?? API_VERSION_OF[component.type as Component['type']] ?? 'v1',
    kind,
    metadata: { name: component.name, namespace: owner.namespace, labels: metadata?.labels, annotations: metadata?.annotations },
    ...structuredClone(body),
  };
  const template = podTemplateOf(plain);
  if (template) {
    template.spec = renameReferences(template.spec, named => {
      const at = used.findIndex(each => each.kind === named.kind && each.name === named.name);
      return at < 0 ? undefined : copies[at].metadata.name;
    });
  }
  return {
    key,
    owner,
    component: component.name,
    main: mark(plain, owner, component.name, revision, key),
    copies,
    replicas: replicasOf(kind, body.spec),
    divided: DIVIDED.has(kind),
    isJob: kind === 'Job',
    unchanged: false,
    revision,
    adoption: component.adoption ?? 'Never',
    updatePolicy: component.updatePolicy ?? 'Wait',
    podSpec: template?.spec,
  };
}

/**
 * One target a component, in the application's order.
 * @param references - the ConfigMaps and Secrets found in the application's namespace; one that is missing here keeps its name and may exist in the member
 */
export function targetsOf(application: KubeObject, references: Reference[]): Target[] {
  const owner = ownerOf(application);
  return (application.spec?.components ?? []).map((component: any) => componentTarget(owner, component, references));
}

/** An object that a policy selected: applied unchanged, apart from our marks on the object itself. */
export function targetOfObject(object: KubeObject, adoption: Target['adoption']): Target {
  const owner = ownerOf(object);
  const key = targetKey(owner, owner.name);
  const { status: _status, metadata, ...body } = object;
  // Finalizers, versions and kubectl's last-applied belong to the hub's copy alone.
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => name !== 'kubectl.kubernetes.io/last-applied-configuration'),
  );
  const main = {
    ...structuredClone(body),
    metadata: {
      name: owner.name,
      namespace: metadata.namespace,
      labels: { ...metadata.labels, [LABEL_MANAGED_BY]: MANAGED_BY_FLOTILLA },
      annotations: { ...annotations, [ANNOTATION_TARGET]: key },
    },
  } as KubeObject;
  return {
    key,
    owner,
    component: owner.name,
    main,
    copies: [],
    replicas: replicasOf(object.kind, object.spec),
    divided: DIVIDED.has(object.kind),
    isJob: object.kind === 'Job',
    unchanged: true,
    revision: contentHash({ body, labels: metadata.labels, annotations }).slice(0, 10),
    adoption,
    updatePolicy: 'Wait',
    podSpec: podTemplateOf(object)?.spec,
  };
}
