import { decodeObject, fillDefaults, KubeError, validateObject, type KubeObject, type RequestContext, type ResourceRegistry, type StatusCause } from '@flotilla/kube-api';
import type { Checks } from '../model/world';

/** Kubernetes' judgement of objects that are not stored as such: parts of an Application. */
export function templateChecks(registry: Pick<ResourceRegistry, 'byKind'>): Pick<Checks, 'validateObject' | 'unknownFields'> {
  return {
    validateObject: object => readAs(registry, object, (info, read) => {
        fillDefaults(info, read);
        return validateObject(info, read);
      }),
    unknownFields: object => {
      const lines: string[] = [];
      readAs(registry, object, () => [], line => lines.push(line));
      return lines;
    },
  };
}

/**
 * Reads an object as a create would, and lets it be judged. What Kubernetes demands is much of it what it fills in itself, so
 * filling in comes before judging. All of it on a copy: the object is stored as it was sent.
 */
function readAs(
  registry: Pick<ResourceRegistry, 'byKind'>,
  object: KubeObject,
  judge: (info: Parameters<typeof validateObject>[0], read: KubeObject) => StatusCause[],
  warn: (line: string) => void = () => undefined,
): StatusCause[] {
  const info = registry.byKind(object.apiVersion, object.kind);
  if (!info) return [];
  try {
    return judge(info, decodeObject(info, object, 'Warn', { warn } as RequestContext));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [{ reason: 'FieldValueTypeInvalid', message: error.message, field: '' }];
  }
}
