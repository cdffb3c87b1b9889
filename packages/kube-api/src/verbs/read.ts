import { badRequest, gone, kubeError } from '../errors';
import { apiVersionOf } from '../registry/builtinInfos';
import type { ListRequest, Target } from '../service';
import type { ObjectRange } from '../storage';
import type { KubeList, KubeObject } from '../types';
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

/** A page of objects, all true at one version. Throws 400, 410. */
export async function list(deps: ServiceDeps, target: Target, request: ListRequest): Promise<KubeList> {
  const { info } = target;
  if (!request.continue) await checkVersion(deps, request);
  else if (request.resourceVersion && request.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { labels, fields, limit } = request;
  const page = await stored(info, '', () =>
    deps.storage.list(rangeOf(target), { labels, fields, limit: limit || undefined, continue: request.continue || undefined }),
  );
  return {
    kind: `${info.kind}List`,
    apiVersion: apiVersionOf(info),
    metadata: {
      resourceVersion: page.resourceVersion,
      ...(page.continue && { continue: page.continue }),
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

/** Lists are true at the newest version; one asked for exactly must be that, one not yet reached cannot be had. */
async function checkVersion(deps: ServiceDeps, { resourceVersion, resourceVersionMatch }: ListRequest): Promise<void> {
  if (resourceVersionMatch && !resourceVersion) throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (!resourceVersion || resourceVersion === '0') return;
  const wanted = parseVersion(resourceVersion);
  const current = Number(await deps.storage.version());
  if (wanted > current) {
    throw kubeError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
    });
  }
  if (resourceVersionMatch === 'Exact' && wanted < current) throw gone('The resourceVersion for the provided list is too old.');
}
