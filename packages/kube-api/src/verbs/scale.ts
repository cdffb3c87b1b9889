import { badRequest, invalid, notFound } from '../errors';
import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import type { Target } from '../service';
import type { KubeObject, ResourceInfo, ScalePaths, StatusCause } from '../types';

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

const MAX_INT32 = 2_147_483_647;

/** What a custom object's scale needs of its counts, beside what the schema says of them. */
export function scaleCauses(info: ResourceInfo, object: KubeObject): StatusCause[] {
  const { scale } = info.subresources;
  if (!scale) return [];
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap(path => {
    const value = at(object, path);
    if (value === undefined) return [];
    if (typeof value !== 'number' || !Number.isInteger(value)) return [causes.invalid(path, 0, `${path} accessor error: ${String(value).slice(0, 60)} is of the type ${goType(value)}, expected int64`)];
    if (value < 0) return [causes.invalid(path, value, 'should be a non-negative integer')];
    return value > MAX_INT32 ? [causes.invalid(path, value, `should be less than or equal to ${MAX_INT32}`)] : [];
  });
}

const goType = (value: unknown) => (typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? '[]interface {}' : isObject(value) ? 'map[string]interface {}' : typeof value);

/** Throws 400 where what was sent is another kind's, or another object's. */
export function requireScale({ name }: Target, scale: unknown): void {
  if (!isObject(scale)) throw badRequest('the request body is not an object');
  const { apiVersion, kind, metadata } = scale as Partial<KubeObject>;
  if ((apiVersion !== undefined && apiVersion !== 'autoscaling/v1') || (kind !== undefined && kind !== 'Scale')) {
    throw badRequest(`no kind ${JSON.stringify(String(kind).slice(0, 100))} of ${JSON.stringify(String(apiVersion).slice(0, 100))} is a Scale`);
  }
  if (metadata?.name !== undefined && metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}

/** The object with the Scale's wish in it. Throws 422 where the wish is no count. */
export function writeScale(info: ResourceInfo, object: KubeObject, scale: unknown): KubeObject {
  const paths = pathsOf(info);
  const replicas = (isObject(scale) && isObject(scale.spec) ? scale.spec.replicas : undefined) ?? 0;
  // Of a custom object the schema says what counts there may be.
  if (!Number.isInteger(replicas) || (!info.custom && (replicas as number) < 0)) {
    const why = Number.isInteger(replicas) ? 'must be greater than or equal to 0' : 'must be an integer';
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, object.metadata.name!, [causes.invalid('spec.replicas', replicas, why)]);
  }
  return withValue(object, partsOf(paths.specReplicasPath), replicas) as KubeObject;
}
