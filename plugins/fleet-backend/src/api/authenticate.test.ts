import type { IncomingMessage } from 'node:http';
import type { AuthService } from '@backstage/backend-plugin-api';
import { authenticator } from './authenticate';

const error = (name: string) => Object.assign(new Error(`said by the host: ${name}`), { name });
/** Tokens `user`, `service` and `none` (of no principal); `other` is for another plugin. */
const auth = {
  authenticate: async (token: string) => {
    if (token === 'other') throw error('NotAllowedError');
    if (token === 'none') return { principal: { type: 'none' } };
    if (token.startsWith('user')) return { principal: { type: 'user', userEntityRef: 'user:default/ann' } };
    if (token === 'service') return { principal: { type: 'service', subject: 'external:ci' } };
    throw error('AuthenticationError');
  },
  isPrincipal: (credentials: any, type: string) => credentials.principal.type === type,
} as unknown as AuthService;
const ask = (headers: Record<string, string>) => authenticator(auth)({ headers } as unknown as IncomingMessage);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

it.each([
  ['a user is his entity', bearer('user'), { kind: 'user', name: 'user:default/ann' }],
  ['a service is its subject', bearer('service'), { kind: 'service', name: 'external:ci' }],
  ['the scheme is read in any case', { authorization: 'bearer user' }, { kind: 'user' }],
  ['an opaque token has no end that we know', bearer('user'), { expiresAt: undefined }],
  ['a JWT ends when it says', bearer(`user.${Buffer.from('{"exp":1700000000}').toString('base64url')}.x`), { expiresAt: 1_700_000_000_000 }],
])('%s', async (_, headers, wanted) => expect(await ask(headers)).toMatchObject(wanted));

it.each<[string, Record<string, string>, number]>([
  ['no token', {}, 401],
  ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }, 401],
  ['an unknown token', bearer('wrong'), 401],
  ['a token of nobody', bearer('none'), 401],
  ['a token that is not for this plugin', bearer('other'), 403],
  ['impersonation of a user', { ...bearer('user'), 'impersonate-user': 'root' }, 403],
  ['impersonation of a group', { ...bearer('user'), 'impersonate-group': 'system:masters' }, 403],
  ['impersonation with extra fields', { ...bearer('user'), 'impersonate-extra-scopes': 'x' }, 403],
])('%s is answered with a Kubernetes Status: %#', async (_, headers, code) => {
  await expect(ask(headers)).rejects.toMatchObject({ code, status: { kind: 'Status', code } });
});

it('A good token is verified again after five seconds or when it ends; a bad one each time', async () => {
  let now = 1_000;
  let verified = 0;
  const authenticate = (token: string) => {
    verified += 1;
    return auth.authenticate(token);
  };
  const counting = { ...auth, authenticate } as AuthService;
  const identify = authenticator(counting, () => now);
  const count = async (token: string) => {
    const before = verified;
    await identify({ headers: bearer(token) } as unknown as IncomingMessage).catch(() => {});
    return verified - before;
  };
  expect([await count('user'), await count('user'), await count('service')]).toEqual([1, 0, 1]);
  now += 5_000;
  expect(await count('user')).toBe(1);
  const ending = `user.${Buffer.from(JSON.stringify({ exp: (now + 2_000) / 1_000 })).toString('base64url')}.x`;
  expect([await count(ending), await count(ending)]).toEqual([1, 0]);
  now += 2_000;
  expect(await count(ending)).toBe(1);
  expect([await count('wrong'), await count('wrong')]).toEqual([1, 1]);
});
