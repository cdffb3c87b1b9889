import { causes } from '../schema/causes';
import { equal } from '../schema/equal';
import type { KubeObject, ObjectMeta, ResourceInfo, StatusCause } from '../types';
import { labelProblems, pathSegmentProblems, qualifiedNameProblems, serviceNameProblems, subdomainProblems, validateLabels } from './names';

/** All annotations of an object together. */
const MAX_ANNOTATIONS = 256 * 1024;

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion', 'customresourcecleanup.apiextensions.k8s.io']);

const bytes = (text: string) => new TextEncoder().encode(text).length;

function nameProblems(info: ResourceInfo, name: string): string[] {
  if (info.group === 'rbac.authorization.k8s.io') return pathSegmentProblems(name);
  if (info.custom) return subdomainProblems(name);
  if (info.kind === 'Namespace') return labelProblems(name);
  if (info.kind === 'Service') return serviceNameProblems(name);
  if (info.kind === 'CronJob' && name.length > 52) return ['must be no more than 52 characters'];
  return subdomainProblems(name);
}

/** Causes in an object's metadata: name, labels, annotations, finalizers, owners. */
export function validateMetadata(info: ResourceInfo, object: KubeObject): StatusCause[] {
  const { metadata } = object;
  const { name, generateName } = metadata;
  const found: StatusCause[] = [];
  if (generateName) found.push(...nameProblems(info, generateName.replace(/-$/, 'a')).map(why => causes.invalid('metadata.generateName', generateName, why)));
  if (!name) found.push(causes.required('metadata.name', generateName ? '' : 'name or generateName is required'));
  else found.push(...nameProblems(info, name).map(why => causes.invalid('metadata.name', name, why)));
  found.push(...validateLabels(metadata.labels, 'metadata.labels'), ...validateAnnotations(metadata.annotations, 'metadata.annotations'));
  const { finalizers = [] } = metadata;
  for (const finalizer of finalizers) found.push(...qualifiedNameProblems(finalizer).map(why => causes.invalid('metadata.finalizers', finalizer, why)));
  finalizers.forEach((finalizer, index) => {
    if (!info.custom && !finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
      found.push(causes.invalid(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
    }
  });
  return [...found, ...validateOwners(metadata)];
}

/** Causes in a map of annotations. */
export function validateAnnotations(annotations: Record<string, string> | undefined, path: string): StatusCause[] {
  if (!annotations) return [];
  const found: StatusCause[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    found.push(...qualifiedNameProblems(key.toLowerCase()).map(why => causes.invalid(path, key, why)));
    size += key.length + value.length;
  }
  // Counted in full only near the limit.
  if (size > MAX_ANNOTATIONS / 4 && bytes(JSON.stringify(annotations)) > MAX_ANNOTATIONS) found.push(causes.tooLong(path, MAX_ANNOTATIONS));
  return found;
}

function validateOwners({ ownerReferences = [] }: ObjectMeta): StatusCause[] {
  const found: StatusCause[] = [];
  for (const owner of ownerReferences) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[field]) found.push(causes.invalid(`metadata.ownerReferences.${field}`, '', field === 'apiVersion' ? 'version must not be empty' : 'must not be empty'));
    }
  }
  const controllers = ownerReferences.filter(owner => owner.controller);
  if (controllers.length > 1) {
    const [first, second] = controllers.map(owner => `${owner.kind}/${owner.name}`);
    found.push(
      causes.invalid('metadata.ownerReferences', ownerReferences, `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`),
    );
  }
  return found;
}

/** Causes where an update changes what may not change. */
export function validateMetadataUpdate({ metadata }: KubeObject, old: KubeObject): StatusCause[] {
  const found: StatusCause[] = [];
  const before = old.metadata;
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    if (!equal(metadata[field], before[field])) found.push(causes.invalid(`metadata.${field}`, metadata[field], 'field is immutable'));
  }
  if (before.deletionTimestamp) {
    const added = (metadata.finalizers ?? []).filter(finalizer => !before.finalizers?.includes(finalizer));
    if (added.length > 0) {
      const list = added.map(each => JSON.stringify(each)).join(', ');
      found.push(
        causes.forbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`),
      );
    }
  }
  return found;
}
