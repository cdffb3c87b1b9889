import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Principal } from '../service';
import { ensureCertificates } from './certificates';
import { serveTls } from './serveTls';
import { tokenAuthenticator } from './tokenAuthenticator';

jest.setTimeout(60_000);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kube-api-tls-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const get = (url: string, ca: string) =>
  new Promise<string>((resolve, reject) => {
    request(url, { ca, agent: false }, response => {
      let text = '';
      response.on('data', chunk => (text += chunk));
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });

it('makes certificates that a client with the authority accepts, by every name', async () => {
  const certificates = await ensureCertificates(dir, { hosts: ['portal.example.org'] });
  const listener = await serveTls({ handler: (_req, res) => void res.end('hello'), port: 0, certificates });
  expect(listener.url).toBe(`https://127.0.0.1:${listener.port}`);
  expect(await get(listener.url, certificates.ca)).toBe('hello');
  expect(await get(`https://localhost:${listener.port}`, certificates.ca)).toBe('hello');
  const strangers = await ensureCertificates(join(dir, 'other'));
  await expect(get(listener.url, strangers.ca)).rejects.toThrow(/certificate/);
  const names = await new Promise<string>(resolve => {
    const socket = connect({ port: listener.port, host: '127.0.0.1', ca: certificates.ca, servername: 'portal.example.org' }, () => {
      resolve(socket.getPeerCertificate().subjectaltname!);
      socket.destroy();
    });
  });
  expect(names).toContain('DNS:portal.example.org');
  expect(names).toMatch(/IP Address:(::1|0:0:0:0:0:0:0:1)/);
  await listener.close();
});

it('keeps them, with 0600, until a host is missing, the end is near or a file is broken', async () => {
  const first = await ensureCertificates(dir);
  for (const file of ['ca.key', 'ca.crt', 'server.key', 'server.crt']) expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  expect(await ensureCertificates(dir)).toEqual(first);
  const wider = await ensureCertificates(dir, { hosts: ['a.example.org', '10.0.0.1', 'fd00::1'] });
  expect([wider.ca, wider.cert === first.cert]).toEqual([first.ca, false]);
  expect(await ensureCertificates(dir, { hosts: ['10.0.0.1', 'fd00::1'] })).toEqual(wider);
  await rm(join(dir, 'server.crt'));
  const short = await ensureCertificates(dir, { days: 10 });
  expect((await ensureCertificates(dir)).cert).not.toBe(short.cert);
  await writeFile(join(dir, 'ca.crt'), 'rubbish');
  const renewed = await ensureCertificates(dir);
  expect(renewed.ca).not.toBe(first.ca);
  expect(await readFile(join(dir, 'ca.crt'), 'utf8')).toBe(renewed.ca);
});

it('closes within a second, whatever is open', async () => {
  const certificates = await ensureCertificates(dir);
  const listener = await serveTls({ handler: (_req, res) => void res.write('never ends'), port: 0, certificates });
  const hanging = get(listener.url, certificates.ca).catch(error => error.code);
  const silent = connect({ port: listener.port, host: '127.0.0.1', ca: certificates.ca });
  silent.on('error', () => undefined);
  await new Promise(resolve => setTimeout(resolve, 100));
  const started = Date.now();
  await listener.close();
  expect(Date.now() - started).toBeLessThan(1_500);
  silent.destroy();
  await Promise.race([hanging, new Promise(resolve => setTimeout(resolve, 500))]);
});

it('survives clients that speak no TLS', async () => {
  const certificates = await ensureCertificates(dir);
  const listener = await serveTls({ handler: (_req, res) => void res.end('fine'), port: 0, certificates });
  await fetch(`http://127.0.0.1:${listener.port}`).catch(() => undefined);
  expect(await get(listener.url, certificates.ca)).toBe('fine');
  await expect(serveTls({ handler: () => undefined, port: listener.port, certificates })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await listener.close();
});

describe('tokenAuthenticator', () => {
  const anna: Principal = { kind: 'user', name: 'anna', groups: [] };
  const authenticate = tokenAuthenticator(new Map([['secret', anna], ['old', { ...anna, expiresAt: Date.now() - 1 }]]));
  const as = (authorization?: string) => () => authenticate({ headers: { authorization } } as any);
  it('knows its tokens', () => expect(as('Bearer secret')()).toBe(anna));
  it.each([undefined, '', 'Bearer', 'Bearer secre', 'Bearer secrets', 'Basic secret', 'Bearer old', 'Bearer secret secret'])('refuses %s', header =>
    expect(as(header)).toThrow(expect.objectContaining({ code: 401 })),
  );
});
