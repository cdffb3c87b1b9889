import { decodeObject, fillDefaults, KubeError, validateObject, type KubeObject, type ResourceRegistry, type StatusCause } from '@flotilla/kube-api';
import type { Checks } from '../model/world';

/** Kubernetes' judgement of objects that are not stored as such: parts of an Application. */
export function templateChecks(registry: Pick<ResourceRegistry, 'byKind'>): Pick<Checks, 'validateObject' | 'unknownFields'> {
  return {
    validateObject: object => asCreated(registry, object, []),
    unknownFields: object => {
      const warnings: string[] = [];
      asCreated(registry, object, warnings);
      return warnings;
    },
  };
}

/**
 * What a create of the object would be answered: it is read, filled in and then judged, in that order, since much of what
 * Kubernetes demands is what it fills in itself. All of it on a copy: the object is stored as it was sent.
 */
function asCreated(registry: Pick<ResourceRegistry, 'byKind'>, object: KubeObject, warnings: string[]): StatusCause[] {
  const info = registry.byKind(object.apiVersion, object.kind);
  if (!info) return [];
  try {
    const read = decodeObject(info, object, 'Warn', { warn: (line: string) => warnings.push(line) } as never);
    fillDefaults(info, read);
    return validateObject(info, read);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [{ reason: 'FieldValueTypeInvalid', message: error.message, field: '' }];
  }
}
