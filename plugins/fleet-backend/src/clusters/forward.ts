/** What of a request that is passed on reaches the member, and what of its answer comes back. Everything that is not named here stays. */
import type { Readable } from 'node:stream';

/** Checked by whoever makes it: these become headers as they are. */
export interface Impersonated {
  user: string;
  groups: readonly string[];
}

/** A request of somebody else's, to be made with our credentials. */
export interface ForwardRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Decoded parts of the path, below the server's own. */
  path: readonly string[];
  /** Without the question mark. */
  query: string;
  accept?: string;
  contentType?: string;
  ifNoneMatch?: string;
  /** Named to the member in the user agent, so that its audit log tells. */
  onBehalfOf: string;
  /** Whom our account impersonates there; absent: it acts as itself. */
  as?: Impersonated;
  body?: Buffer;
}

/** The head of an answer, whatever its code, and its body as it comes; whoever takes it reads it to the end or destroys it. */
export interface ForwardAnswer {
  code: number;
  headers: Record<string, string | string[]>;
  body: Readable;
}

/** Credentials, cookies and what concerns one connection alone are not among them. */
const RETURNED = ['etag', 'last-modified', 'warning', 'retry-after', 'audit-id', 'vary'];

/** What a browser would run or draw is given as bytes: the answer comes from the portal's own address. */
const MEDIA = /^(application\/(json|yaml|apply-patch\+yaml|octet-stream|vnd\.kubernetes\.protobuf|com\.github\.proto-openapi\.[a-z0-9.@]+\+protobuf)|text\/plain)(;.*)?$/i;

const PRINTABLE = /[^\x20-\x7e]/g;

/** A part of a path that can neither climb nor add another. */
const segment = (text: string) => encodeURIComponent(text).replace(/^\.{1,2}$/, dots => dots.replace(/\./g, '%2E'));

/** The path as it is asked: each part encoded anew, so that it means to the member what it meant to whoever checked it. */
export const forwardPath = ({ path, query }: Pick<ForwardRequest, 'path' | 'query'>): string => `/${path.map(segment).join('/')}${query && `?${query}`}`;

/** Headers of the request, but for our credentials. */
export function forwardHeaders(request: ForwardRequest, userAgent: string): Record<string, string | string[]> {
  const said = {
    accept: request.accept ?? 'application/json',
    'user-agent': `${userAgent} (${request.onBehalfOf})`,
    ...(request.body && { 'content-type': request.contentType ?? 'application/json' }),
    ...(request.ifNoneMatch && { 'if-none-match': request.ifNoneMatch }),
  };
  const { as } = request;
  return {
    ...Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value.replace(PRINTABLE, '').slice(0, 1_024)])),
    ...(as && { 'impersonate-user': as.user }),
    ...(as && as.groups.length > 0 && { 'impersonate-group': [...as.groups] }),
  };
}

/** Headers of the answer as they are given on. */
export function returnedHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const type = String(headers['content-type'] ?? '');
  const kept = RETURNED.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]!] as const]));
  return {
    ...Object.fromEntries(kept),
    'content-type': MEDIA.test(type) ? type : 'application/octet-stream',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    // Compression middleware would hold streams back.
    'cache-control': 'no-cache, private, no-transform',
  };
}
