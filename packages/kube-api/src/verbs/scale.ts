import { invalid, notFound } from '../errors';
import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import type { KubeObject, ResourceInfo, ScalePaths } from '../types';

type Tree = Record<string, any>;

const partsOf = (path: string) => path.replace(/^\./, '').split('.');

function at(object: Tree, path: string | undefined): unknown {
  if (!path) return undefined;
  return partsOf(path).reduce<any>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), object);
}

/** A copy of the object with the value at the path; only what lies on the path is copied. */
function withValue(object: Tree, [key, ...rest]: string[], value: unknown): Tree {
  return { ...object, [key]: rest.length === 0 ? value : withValue(isObject(object[key]) ? object[key] : {}, rest, value) };
}

/** A label selector as the text a Scale carries: built-in kinds hold an object there, custom ones text. */
function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector;
  if (!isObject(selector)) return undefined;
  const { matchLabels = {}, matchExpressions = [] } = selector as { matchLabels?: Tree; matchExpressions?: any[] };
  const texts = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of matchExpressions) {
    if (operator === 'Exists') texts.push(key);
    else if (operator === 'DoesNotExist') texts.push(`!${key}`);
    else texts.push(`${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`);
  }
  return texts.sort().join(',');
}

function pathsOf(info: ResourceInfo): ScalePaths {
  if (!info.subresources.scale) throw notFound(info, '');
  return info.subresources.scale;
}

/** The `autoscaling/v1` Scale of an object. Throws 404 where the kind has none. */
export function readScale(info: ResourceInfo, object: KubeObject): KubeObject {
  const paths = pathsOf(info);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = at(object, paths.specReplicasPath);
  const selector = selectorText(at(object, paths.labelSelectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: Number(at(object, paths.statusReplicasPath) ?? 0), ...(selector && { selector }) },
  };
}

/** The object with the Scale's wish in it. Throws 422 where the wish is no count. */
export function writeScale(info: ResourceInfo, object: KubeObject, scale: unknown): KubeObject {
  const paths = pathsOf(info);
  const replicas = (isObject(scale) && isObject(scale.spec) ? scale.spec.replicas : undefined) ?? 0;
  if (!Number.isInteger(replicas) || (replicas as number) < 0) {
    const why = Number.isInteger(replicas) ? 'must be greater than or equal to 0' : 'must be an integer';
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, object.metadata.name!, [causes.invalid('spec.replicas', replicas, why)]);
  }
  return withValue(object, partsOf(paths.specReplicasPath), replicas) as KubeObject;
}
