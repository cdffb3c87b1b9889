import { invalid } from '../errors';
import { kindRules } from '../kinds';
import { validateMetadata, validateMetadataUpdate } from '../kinds/metadata';
import { applyDefaults } from '../schema/defaults';
import { shapeOf } from '../schema/shape';
import { validate } from '../schema/validate';
import type { KubeObject, ResourceInfo, StatusCause } from '../types';

/** Fills in what the kind's rules or schema leave open, in place. */
export function fillDefaults(info: ResourceInfo, object: KubeObject): void {
  if (!info.custom) kindRules(info)?.fill?.(object);
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
  if (info.custom) return [...found, ...validate(shapeOf(info), object)];
  const rules = kindRules(info);
  found.push(...(rules?.validate?.(object) ?? []));
  if (old) found.push(...(rules?.validateUpdate?.(object, old) ?? []));
  return found;
}

/** Throws 422 with the causes of {@link validateObject}. */
export function requireValid(info: ResourceInfo, object: KubeObject, old?: KubeObject): void {
  const found = validateObject(info, object, old);
  if (found.length > 0) throw invalid(info, object.metadata.name ?? '', found);
}
