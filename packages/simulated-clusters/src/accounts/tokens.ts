/** Tokens of a cluster's accounts: they say who they are, hold until they end, and are known again after a restart. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { bearerToken, invalid, kubeError, readBody, timestamp, tokenAuthenticator, unauthorized, type KubeObject, type Principal, type ProxyCall, type ResourceStorage } from '@flotilla/kube-api';
import type { Rights } from './rights';

const ACCOUNTS = { group: '', resource: 'serviceaccounts' };
const ISSUER = 'https://kubernetes.default.svc';
const SECONDS = { usual: 3_600, least: 600, most: 2 ** 32 };
const ADMIN: Principal = { kind: 'user', name: 'admin', groups: ['system:masters'] };

export interface TokensOptions {
  storage: ResourceStorage;
  /** The administrator's token; it signs those of the accounts too. */
  token: string;
  rights: Rights;
  /** In ms. */
  now(): number;
}

export interface Tokens {
  /** Who asks. @throws KubeError 401 */
  authenticate(request: IncomingMessage): Promise<Principal>;
  /** Answers a TokenRequest. @throws KubeError 403, 404, 422 */
  create(call: ProxyCall): Promise<void>;
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function secondsOf(said: unknown): number {
  if (said === undefined || said === null) return SECONDS.usual;
  const wrong = (message: string) => invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [{ reason: 'FieldValueInvalid', field: 'spec.expirationSeconds', message: `Invalid value: ${JSON.stringify(said)}: ${message}` }]);
  if (typeof said !== 'number' || said < SECONDS.least) throw wrong('may not specify a duration less than 10 minutes');
  if (said > SECONDS.most) throw wrong('may not specify a duration larger than 2^32 seconds');
  return said;
}

/** Gives out the tokens of one cluster's accounts, and knows them again. */
export function accountTokens({ storage, token, rights, now }: TokensOptions): Tokens {
  const known = tokenAuthenticator(new Map([[token, ADMIN]]));
  const signature = (text: string) => createHmac('sha256', token).update(text).digest();

  function issue(account: KubeObject, seconds: number, audiences: string[]): { token: string; expiresAt: number } {
    const { namespace, name, uid } = account.metadata;
    const issuedAt = Math.floor(now() / 1000);
    const claims = { aud: audiences, exp: issuedAt + seconds, iat: issuedAt, iss: ISSUER, 'kubernetes.io': { namespace, serviceaccount: { name, uid } }, nbf: issuedAt, sub: `system:serviceaccount:${namespace}:${name}` };
    const text = `${part({ alg: 'HS256' })}.${part(claims)}`;
    return { token: `${text}.${signature(text).toString('base64url')}`, expiresAt: (issuedAt + seconds) * 1000 };
  }

  /** Undefined for what none of them is. */
  function claimsOf(text: string): any {
    const [head, body, proof, more] = text.split('.');
    if (!proof || more !== undefined) return undefined;
    const [given, wanted] = [Buffer.from(proof, 'base64url'), signature(`${head}.${body}`)];
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) : undefined;
  }

  async function authenticate(request: IncomingMessage): Promise<Principal> {
    const claims = claimsOf(bearerToken(request) ?? '');
    if (!claims) return known(request);
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    const account = await storage.get({ ...ACCOUNTS, namespace, name: serviceaccount.name });
    // Made anew under the same name it is another account; what is meant for others is none of ours.
    if (account?.metadata.uid !== serviceaccount.uid || !claims.aud.includes(ISSUER) || claims.exp * 1000 <= now()) throw unauthorized();
    return { kind: 'user', name: claims.sub, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`], expiresAt: claims.exp * 1000 };
  }

  async function create({ ctx, info, namespace = '', name, request, response, maxBodyBytes }: ProxyCall): Promise<void> {
    if (request.method !== 'POST') throw kubeError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
    await rights.require(ctx.principal, { verb: 'create', info, subresource: 'token', namespace, name });
    const account = await storage.get({ ...ACCOUNTS, namespace, name });
    if (!account) throw kubeError(404, 'NotFound', `serviceaccounts "${name}" not found`, { name, kind: 'serviceaccounts' });
    const { spec = {} } = objectIn((await readBody(request, maxBodyBytes)).bytes);
    const seconds = secondsOf(spec.expirationSeconds);
    const audiences: string[] = Array.isArray(spec.audiences) && spec.audiences.length > 0 ? spec.audiences.map(String) : [ISSUER];
    const { token: made, expiresAt } = issue(account, seconds, audiences);
    const answer = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timestamp(new Date(now())) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: null },
      status: { token: made, expirationTimestamp: timestamp(new Date(expiresAt)) },
    };
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  return { authenticate, create };
}

function objectIn(bytes: Buffer): { spec?: any } {
  try {
    return JSON.parse(bytes.toString('utf8')) ?? {};
  } catch {
    throw kubeError(400, 'BadRequest', 'the object provided is unrecognized (must be of type TokenRequest)');
  }
}
