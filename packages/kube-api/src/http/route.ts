import { badRequest } from '../errors';
import { noSuchResource } from './refusals';

/** What a path asks for, before anyone looks whether it exists. */
export type Route =
  | { at: 'version' | 'health' | 'api' | 'apis' | 'openapiV2' | 'openapiV3' | 'unknown' }
  | { at: 'group'; group: string }
  | { at: 'resources'; group: string; version: string }
  | { at: 'openapiDocument'; groupVersion: string }
  | ({ at: 'resource' } & ResourcePath);

export interface ResourcePath {
  group: string;
  version: string;
  resource: string;
  namespace?: string;
  name?: string;
  subresource?: string;
  /** What stands below `/proxy`, decoded; empty for `/log`. There for what the host answers. */
  rest?: string[];
  /** True below the old `/watch/` prefix. */
  watch: boolean;
}

/** The subresource below which any path may stand. */
const PROXY = 'proxy';
/** Subresources that the host answers, with whatever it finds there. */
const HOSTED = [PROXY, 'log', 'token'];
const HEALTH = new Set(['healthz', 'livez', 'readyz']);
/** Longest path segment anyone needs: a name has at most 253 characters. */
const MAX_SEGMENT = 512;

function segmentsOf(path: string): string[] {
  return path.split('/').filter(Boolean).map(segment => {
    let text: string;
    try {
      text = decodeURIComponent(segment);
    } catch {
      throw badRequest('the path is not valid percent-encoded UTF-8');
    }
    // Decoded, it would be a path with one part more than it has.
    if (text.includes('/')) throw noSuchResource();
    if (text.length > MAX_SEGMENT || text === '.' || text === '..') {
      throw badRequest('invalid resource name in the path: may not be ".", ".." or be longer than 512 characters');
    }
    return text;
  });
}

/** Takes a path (without query) apart as kube-apiserver does. Throws KubeError 400 for broken encoding. */
export function parseRoute(path: string): Route {
  const [first, ...rest] = segmentsOf(path);
  if (first === 'version' && rest.length === 0) return { at: 'version' };
  if (HEALTH.has(first)) return { at: 'health' };
  if (first === 'openapi') return openapiRoute(rest);
  if (first === 'api') {
    if (rest.length === 0) return { at: 'api' };
    return groupVersionRoute('', rest[0], rest.slice(1));
  }
  if (first === 'apis') {
    if (rest.length === 0) return { at: 'apis' };
    if (rest.length === 1) return { at: 'group', group: rest[0] };
    return groupVersionRoute(rest[0], rest[1], rest.slice(2));
  }
  return { at: 'unknown' };
}

function openapiRoute([version, ...rest]: string[]): Route {
  if (version === 'v2' && rest.length === 0) return { at: 'openapiV2' };
  if (version !== 'v3') return { at: 'unknown' };
  return rest.length === 0 ? { at: 'openapiV3' } : { at: 'openapiDocument', groupVersion: rest.join('/') };
}

function groupVersionRoute(group: string, version: string, rest: string[]): Route {
  if (rest.length === 0) return { at: 'resources', group, version };
  const watch = rest[0] === 'watch';
  const path = resourcePath(watch ? rest.slice(1) : rest);
  return path ? { at: 'resource', group, version, watch, ...path } : { at: 'unknown' };
}

/** `/namespaces/x` and `/namespaces/x/status` are the Namespace itself; anything longer lies in it. */
function resourcePath(segments: string[]): Omit<ResourcePath, 'group' | 'version' | 'watch'> | undefined {
  const inNamespace = segments[0] === 'namespaces' && segments.length > 2 && !['status', 'finalize'].includes(segments[2]);
  const [resource, name, subresource, ...rest] = inNamespace ? segments.slice(2) : segments;
  if (!resource || (rest.length > 0 && subresource !== PROXY)) return undefined;
  return { resource, name, subresource, namespace: inNamespace ? segments[1] : undefined, ...(HOSTED.includes(subresource) && { rest }) };
}
