import { answerJson, type FaultServer, makeCertificates, serveFaults } from './testing/faultServer';
import { createClusterDirectory } from './directory';

jest.setTimeout(30_000);

describe('the directory of connections', () => {
  let now = Date.now();
  const directory = createClusterDirectory({ policy: { allowLoopback: true }, userAgent: 'flotilla-test', now: () => now });
  let server: FaultServer;

  beforeAll(async () => {
    server = await serveFaults(answerJson({ gitVersion: 'v1.36.0' }));
  });

  afterAll(async () => {
    directory.close();
    await server.close();
  });

  const use = (kubeconfig: string) => directory.use({ cluster: 'one', kubeconfig });

  it('keeps one connection as long as the kubeconfig is the same', () => {
    const first = use(server.kubeconfig);
    const second = use(server.kubeconfig);
    expect(first.ok && second.ok && first.value === second.value).toBe(true);
    expect(directory.get('one')).toBe(first.ok ? first.value : undefined);
  });

  it('opens anew when it changed, and ends what runs on the old one', async () => {
    const first = use(server.kubeconfig);
    server.behave(() => {});
    const running = first.ok ? first.value.version() : undefined;
    const second = use(`${server.kubeconfig}\n`);
    expect(first.ok && second.ok && first.value !== second.value).toBe(true);
    expect(await running).toMatchObject({ ok: false, reason: 'Cancelled' });
    server.behave(answerJson({ gitVersion: 'v1.36.0' }));
    expect(second.ok && (await second.value.version())).toMatchObject({ ok: true });
  });

  it('answers a bad kubeconfig with an outcome, and is well again with a good one', () => {
    expect(use('{}')).toMatchObject({ ok: false, reason: 'BadKubeconfig' });
    expect(directory.get('one')).toBeUndefined();
    expect(use(server.kubeconfig)).toMatchObject({ ok: true });
  });

  it('says when the certificate in a kubeconfig is over', async () => {
    const { cert, key } = await makeCertificates();
    const config = JSON.parse(server.kubeconfig);
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    config.users[0].user = { 'client-certificate-data': encoded(cert), 'client-key-data': encoded(key) };
    expect(use(JSON.stringify(config))).toMatchObject({ ok: true });
    now += 400 * 86_400_000;
    expect(use(JSON.stringify(config))).toMatchObject({ ok: false, reason: 'CertificateInvalid', because: expect.stringContaining('expired at') });
  });

  it('reaches no loopback address unless it may', () => {
    const strict = createClusterDirectory({ policy: { allowLoopback: false }, userAgent: 'flotilla-test', now: () => now });
    expect(strict.use({ cluster: 'one', kubeconfig: server.kubeconfig })).toMatchObject({ ok: false, reason: 'BadKubeconfig' });
  });

  it('forgets a cluster that is dropped', () => {
    use(server.kubeconfig);
    directory.drop('one');
    expect([directory.get('one'), directory.names()]).toEqual([undefined, []]);
  });

  describe('with a newer token of the same account', () => {
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    const token = (iat: number, name = 'flotilla') => [part({}), part({ sub: `system:serviceaccount:flotilla-system:${name}`, iat, exp: iat + 4e9 }), 'signature'].join('.');
    const signedIn = (as: string) => server.kubeconfig.replace('fault-token', as);
    const value = <T>(outcome: { ok: true; value: T } | { ok: false; because: string }): T => {
      if (!outcome.ok) throw new Error(outcome.because);
      return outcome.value;
    };

    it('keeps the connection and what runs on it, and sends the newer token', async () => {
      const first = value(use(signedIn(token(1))));
      const said: (string | undefined)[] = [];
      let finish = () => {};
      server.behave((request, response) => {
        said.push(request.headers.authorization);
        finish = () => answerJson({ gitVersion: 'v1.36.0' })(request, response);
      });
      const running = first.version();
      while (said.length === 0) await new Promise(resolve => setImmediate(resolve));
      expect(value(use(signedIn(token(2))))).toBe(first);
      finish();
      expect(await running).toMatchObject({ ok: true });
      server.behave((request, response) => {
        said.push(request.headers.authorization);
        answerJson({ gitVersion: 'v1.36.0' })(request, response);
      });
      await first.version();
      expect(said).toEqual([`Bearer ${token(1)}`, `Bearer ${token(2)}`]);
      expect(directory.credentials('one')).toEqual({ kind: 'ServiceAccountToken', account: { namespace: 'flotilla-system', name: 'flotilla' }, issuedAt: 2000, expiresAt: 4e12 + 2000 });
    });

    it.each([
      ['of another account', signedIn2 => signedIn2(token(3, 'other'))],
      ['that is older, as after a restore', signedIn2 => signedIn2(token(1))],
      ['for another server', signedIn2 => signedIn2(token(4)).replace('127.0.0.1', 'localhost')],
    ] as [string, (signed: typeof signedIn) => string][])('opens anew for a token %s', (_what, other) => {
      const before = value(use(signedIn(token(2))));
      expect(value(use(other(signedIn)))).not.toBe(before);
    });
  });

  it('tries a kubeconfig without keeping it', async () => {
    directory.drop('one');
    const tried = directory.open({ cluster: 'one', kubeconfig: server.kubeconfig });
    server.behave(answerJson({ gitVersion: 'v1.36.0' }));
    expect(tried.ok && (await tried.value.version())).toMatchObject({ ok: true });
    expect([directory.get('one'), directory.credentials('one')]).toEqual([undefined, undefined]);
    if (tried.ok) tried.value.close();
  });
});
