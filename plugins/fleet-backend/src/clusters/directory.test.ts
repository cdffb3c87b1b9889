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
});
