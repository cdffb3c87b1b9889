import { invalid } from '../errors';
import { kindRules } from '../kinds';
import type { FillContext } from '../kinds';
import { validateRequired } from '../kinds/required';
import { validateMetadata, validateMetadataUpdate } from '../kinds/metadata';
import { applyDefaults } from '../schema/defaults';
import { equal } from '../schema/equal';
import { shapeOf } from '../schema/shape';
import type { RequestContext } from '../service';
import type { Shape } from '../schema/shape';
import { validate } from '../schema/validate';
import { scaleCauses } from './scale';
import type { KubeObject, ResourceInfo, StatusCause } from '../types';

/** Fills in what the object leaves open, in place: by the kind's rules, or the schema's defaults of a custom kind. */
export function fillDefaults(info: ResourceInfo, object: KubeObject, context: FillContext = { templates: false }): void {
  if (!info.custom) kindRules(info)?.fill?.(object, context);
  else if (!info.storedAsSent) applyDefaults(shapeOf(info), object);
}

/**
 * Everything that can be said against an object by its kind alone: schema, names, labels, and the built-in kinds' own rules.
 *
 * @param old - the object before, for an update: immutable fields are compared
 */
export function validateObject(info: ResourceInfo, object: KubeObject, old?: KubeObject): StatusCause[] {
  const found = validateMetadata(info, object);
  if (old) found.push(...validateMetadataUpdate(object, old));
  if (info.custom) return [...found, ...newCauses(shapeOf(info), object, old), ...scaleCauses(info, object)];
  const rules = kindRules(info);
  found.push(...(rules?.validate?.(object) ?? []));
  const said = new Set(found.map(cause => cause.field));
  found.push(...validateRequired(shapeOf(info), object).filter(cause => !said.has(cause.field)));
  if (old) found.push(...(rules?.validateUpdate?.(object, old) ?? []));
  return found;
}

/**
 * What the schema says against the object. What it said of the object before too, in the same words, does not count: a
 * schema that grew stricter must not keep anyone from writing a status or a finalizer (Kubernetes calls it ratcheting).
 */
function newCauses(shape: Shape, object: KubeObject, old?: KubeObject): StatusCause[] {
  const found = validate(shape, object);
  if (!old || found.length === 0) return found;
  const before = new Set(validate(shape, old).map(({ field, message }) => `${field}: ${message}`));
  return found.filter(({ field, message }) => !before.has(`${field}: ${message}`));
}

/** Tells the client what its kind's rules find doubtful; of an update only where the spec changed. */
export function warnOf(ctx: RequestContext, info: ResourceInfo, object: KubeObject, old?: KubeObject): void {
  const { warnings } = (info.custom ? undefined : kindRules(info)) ?? {};
  if (warnings && !(old && equal(old.spec, object.spec))) for (const text of warnings(object)) ctx.warn(text);
}

/** Throws 422 for a status no controller of the kind would write. */
export function requireValidStatus(info: ResourceInfo, object: KubeObject): void {
  const found = kindRules(info)?.validateStatus?.(object) ?? [];
  if (found.length > 0) throw invalid(info, object.metadata.name ?? '', found);
}

/** Throws 422 with the causes of {@link validateObject}. */
export function requireValid(info: ResourceInfo, object: KubeObject, old?: KubeObject): void {
  const found = validateObject(info, object, old);
  if (found.length > 0) throw invalid(info, object.metadata.name ?? '', found);
}
