import { badRequest, gone, KubeError, kubeError } from '../errors';
import { apiVersionOf } from '../registry/builtinInfos';
import type { ListRequest, Target } from '../service';
import type { ObjectRange } from '../storage';
import type { KubeList, KubeObject, StatusCause } from '../types';
import { asVersion, load, stored } from './deps';
import type { ServiceDeps } from './deps';
import { readScale } from './scale';

/** One object, or its Scale. Throws 404. */
export async function get(deps: ServiceDeps, target: Target): Promise<KubeObject> {
  const object = await load(deps, target);
  return target.subresource === 'scale' ? readScale(target.info, object) : object;
}

/** The range a target without a name covers. */
export const rangeOf = ({ info, namespace }: Target): ObjectRange => ({
  group: info.group,
  resource: info.resource,
  ...(info.namespaced && namespace && { namespace }),
});

/** In Kubernetes' words. */
const LIST_EXPIRED = 'The resourceVersion for the provided list is too old.';
const CONTINUE_EXPIRED = 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.';

/** A page of objects, all true at one version. Throws 400, 410. */
export async function list(deps: ServiceDeps, target: Target, request: ListRequest): Promise<KubeList> {
  const { info } = target;
  let at: string | undefined;
  if (!request.continue) at = await checkVersion(deps, request);
  else if (request.resourceVersion && request.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { labels, fields, limit } = request;
  const page = await stored(info, '', () =>
    deps.storage.list(rangeOf(target), { labels, fields, limit: limit || undefined, continue: request.continue || undefined, at }),
  ).catch(error => {
    throw error instanceof KubeError && error.code === 410 ? gone(request.continue ? CONTINUE_EXPIRED : LIST_EXPIRED) : error;
  });
  return {
    kind: `${info.kind}List`,
    apiVersion: apiVersionOf(info),
    metadata: {
      resourceVersion: page.resourceVersion,
      ...(page.continue ? { continue: page.continue } : info.custom && { continue: '' }),
      ...(page.continue && page.remaining !== undefined && !labels?.length && !fields?.length && { remainingItemCount: page.remaining }),
    },
    items: page.items.map(object => asVersion(object, info)),
  };
}

/** Parses a version a client names. Throws 400. */
export function parseVersion(text: string): number {
  const version = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(version)) throw badRequest(`Invalid value: ${JSON.stringify(text.slice(0, 100))}: resourceVersion must be a number`);
  return version;
}

/**
 * Lists are true at the newest version, but for one asked for exactly, by the word or by asking for a page of it; a version
 * not yet reached cannot be had.
 *
 * @returns the version to list at, where it is not the newest
 */
async function checkVersion(deps: ServiceDeps, { resourceVersion, resourceVersionMatch, limit }: ListRequest): Promise<string | undefined> {
  if (resourceVersionMatch && !resourceVersion) throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (!resourceVersion || resourceVersion === '0') return undefined;
  const wanted = parseVersion(resourceVersion);
  const current = Number(await deps.storage.version());
  if (wanted > current) {
    throw kubeError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
      retryAfterSeconds: 1,
      // In no field of anything.
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' } as StatusCause],
    });
  }
  const exact = resourceVersionMatch === 'Exact' || (!resourceVersionMatch && Boolean(limit));
  return exact && wanted < current ? resourceVersion : undefined;
}
