/** What a request to be passed on to a member asks for, from its method, path and query alone. */

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export interface MemberRequest {
  /** Whether it may change something there, or runs something. */
  write: boolean;
  /** About no object: discovery, schemas, version, health. */
  describes: boolean;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
  subresource?: string;
  /** The answer may never end: a watch, a log that is followed. */
  streams: boolean;
  /** Gives out what only those may see who may read Secrets. */
  secret: boolean;
  /** Why it is not passed on, whoever asks. */
  refused?: { code: 400 | 404 | 405 | 501; message: string };
}

const HEALTH = ['version', 'healthz', 'livez', 'readyz'];
/** Need a connection of their own in both directions, which is not passed on. */
const CONNECTS = new Set(['exec', 'attach', 'portforward']);

const isOn = (query: URLSearchParams, name: string) => query.getAll(name).some(value => value !== '0' && value.toLowerCase() !== 'false');

/** `{group, rest}` below `/api/v1` and `/apis/group/version`; undefined for what is above them. */
function inGroup([root, ...rest]: readonly string[]): { group: string; rest: string[] } | undefined {
  if (root === 'api' && rest.length > 1) return { group: '', rest: rest.slice(1) };
  return root === 'apis' && rest.length > 2 ? { group: rest[0], rest: rest.slice(2) } : undefined;
}

function describing(path: readonly string[]): boolean {
  const [root, ...rest] = path;
  if (root === 'openapi') return true;
  if (HEALTH.includes(root)) return rest.length === 0;
  return (root === 'api' && rest.length <= 1) || (root === 'apis' && rest.length <= 2);
}

/** Takes the path of a resource apart as kube-apiserver does. */
function named(rest: readonly string[]) {
  const within = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2]);
  const [resource = '', name, subresource, ...more] = within ? rest.slice(2) : rest;
  // A Namespace is in itself, so that a right to it can be given with the right to what it holds.
  const namespace = within ? rest[1] : resource === 'namespaces' ? name : undefined;
  return { resource, name, subresource, namespace, more };
}

function refusal(method: string, path: readonly string[], { describes, streams, secret, subresource }: MemberRequest, more: readonly string[]): MemberRequest['refused'] {
  // eslint-disable-next-line no-control-regex
  if (path.some(part => /[\u0000-\u001f\u007f\\]/.test(part))) return { code: 400, message: 'the path holds a character that no path of Kubernetes has' };
  if (!METHODS.includes(method as Method)) return { code: 405, message: `the method ${method.slice(0, 20)} is not passed on` };
  if (describes) return method === 'GET' || method === 'HEAD' ? undefined : { code: 405, message: 'the server does not allow this method on the requested resource' };
  if (!inGroup(path)) return { code: 404, message: 'the server could not find the requested resource: only the Kubernetes API is passed on' };
  if (inGroup(path)!.rest[0] === 'watch') return { code: 404, message: 'the old paths below /watch/ are not passed on: use ?watch=1' };
  if (subresource && CONNECTS.has(subresource)) return { code: 501, message: `${subresource} needs a connection that is upgraded, and those are not passed on: use a kubeconfig of the cluster itself` };
  if (subresource === 'proxy') return { code: 405, message: 'what stands behind a proxy in the member is not passed on' };
  if (more.length > 0) return { code: 404, message: 'the server could not find the requested resource' };
  if (secret && streams) return { code: 405, message: 'watches of Secrets are not passed on: list them' };
  return undefined;
}

/**
 * @param path - decoded parts, none of them empty, `.`, `..` or with a `/` in it
 * @param upgrade - whether the client wants another protocol than HTTP
 */
export function readMemberRequest(method: string, path: readonly string[], query: URLSearchParams, upgrade: boolean): MemberRequest {
  const found = inGroup(path);
  const { resource, name, subresource, namespace, more } = named(found?.rest ?? []);
  const group = found?.group ?? '';
  const reads = (method === 'GET' || method === 'HEAD') && !upgrade;
  const follows = subresource === 'log' && isOn(query, 'follow');
  const request: MemberRequest = {
    write: !reads || (subresource !== undefined && (CONNECTS.has(subresource) || subresource === 'proxy')),
    describes: !found && describing(path),
    group, resource, namespace, name, subresource,
    streams: isOn(query, 'watch') || follows,
    // A token of an account opens all that the account may.
    secret: group === '' && (resource === 'secrets' || (resource === 'serviceaccounts' && subresource === 'token')),
  };
  const refused = upgrade ? { code: 501 as const, message: 'connections that are upgraded are not passed on' } : undefined;
  return { ...request, refused: refusal(method, path, request, more) ?? refused };
}
