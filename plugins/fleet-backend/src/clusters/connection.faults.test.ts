import { createServer } from 'node:net';
import { answerJson, type Behaviour, type FaultServer, makeCertificates, serveFaults } from './testing/faultServer';
import { connect, testDirectory } from './testing/openCluster';
import type { ClusterConnection, MemberResource } from './types';

const PODS: MemberResource = { apiVersion: 'v1', kind: 'Pod', resource: 'pods', namespaced: true };

const endless = (piece: string): Behaviour => (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', more);
  more();
};

jest.setTimeout(30_000);

describe('a cluster that is broken', () => {
  const directory = testDirectory();
  let server: FaultServer;
  let connection: ClusterConnection;

  async function broken(as: Behaviour) {
    server = await serveFaults(as);
    connection = connect(directory, server.kubeconfig);
  }

  afterEach(async () => {
    directory.drop('one');
    await server?.close();
  });

  it('that never answers costs the time limit', async () => {
    await broken(() => {});
    expect(await connection.version({ timeoutMs: 200 })).toMatchObject({ ok: false, reason: 'TimedOut', because: 'it did not answer within 0.2 s' });
  });

  it('that never answers is not asked any more after three silences', async () => {
    await broken(() => {});
    for (let i = 0; i < 3; i++) await connection.version({ timeoutMs: 50 });
    const asked = server.requests.length;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => connection.get(PODS, 'default', 'web')));
    expect(outcomes.every(outcome => !outcome.ok && outcome.reason === 'TimedOut')).toBe(true);
    expect(outcomes[0]).toMatchObject({ because: expect.stringMatching(/^it did not answer within 0\.05 s; it has not answered for \d+ s; it is asked again in \d+ s$/) });
    expect(server.requests).toHaveLength(asked);
  });

  it('that mends is heard again after the pause', async () => {
    await broken(() => {});
    for (let i = 0; i < 3; i++) await connection.version({ timeoutMs: 50 });
    server.behave(answerJson({ gitVersion: 'v1.36.0' }));
    await new Promise(resolve => setTimeout(resolve, 1_400));
    expect(await connection.version()).toMatchObject({ ok: true });
  });

  it('that sends without end is cut off at the size limit', async () => {
    await broken(endless('"'.repeat(65_536)));
    const outcome = await connection.get(PODS, 'default', 'web', { maxBytes: 1024 * 1024 });
    expect(outcome).toMatchObject({ ok: false, reason: 'TooLarge', because: 'its answer is larger than 1024 KiB' });
  });

  it('that sends without end is cut off soon where little is asked', async () => {
    await broken(endless('"'.repeat(65_536)));
    for (const ask of [connection.identity(), connection.version()]) expect(await ask).toMatchObject({ ok: false, reason: 'TooLarge', because: 'its answer is larger than 256 KiB' });
  });

  it('that sends a watch event without end is cut off', async () => {
    await broken(endless('x'.repeat(65_536)));
    const outcome = await connection.watch(PODS, { resourceVersion: '1' }, () => {}, new AbortController().signal);
    expect(outcome).toMatchObject({ ok: false, reason: 'TooLarge', because: 'one event of its watch is larger than allowed' });
  });

  it('that answers 5xx was heard, and its words are passed on', async () => {
    await broken((_request, response) => response.writeHead(503).end('<html>upstream is down</html>'));
    expect(await connection.version()).toMatchObject({ ok: false, reason: 'Refused', status: { code: 503 } });
    server.behave(answerJson({ kind: 'Status', message: 'etcdserver: request timed out', code: 500 }, 500));
    for (let i = 0; i < 5; i++) expect(await connection.version()).toMatchObject({ because: 'etcdserver: request timed out', status: { code: 500 } });
  });

  it('that closes in the middle of a body gave no answer', async () => {
    await broken((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await connection.version()).toMatchObject({ ok: false, reason: 'Unreachable', because: 'it closed the connection before the answer was whole' });
  });

  it('that redirects is not followed', async () => {
    const elsewhere = await serveFaults(answerJson({ gitVersion: 'v1.0.0' }));
    await broken((_request, response) => response.writeHead(302, { location: JSON.parse(elsewhere.kubeconfig).clusters[0].cluster.server }).end());
    expect(await connection.version()).toMatchObject({ ok: false, reason: 'Refused', because: expect.stringContaining('redirects are not followed') });
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it('that is signed by another CA is told from one that does not answer', async () => {
    const other = await makeCertificates();
    server = await serveFaults(answerJson({ gitVersion: 'v1.36.0' }), other);
    connection = connect(directory, server.kubeconfig);
    expect(await connection.version()).toMatchObject({ ok: false, reason: 'CertificateInvalid', because: expect.stringContaining('certificate-authority-data') });
    expect(server.requests).toEqual([]);
    // The word does not change when it is not asked any more.
    for (let i = 0; i < 3; i++) expect(await connection.version()).toMatchObject({ reason: 'CertificateInvalid', because: expect.stringContaining('certificate-authority-data') });
  });

  it('that listens nowhere says so', async () => {
    await broken(() => {});
    await server.close();
    expect(await connection.version()).toMatchObject({ ok: false, reason: 'Unreachable', because: 'nothing listens at its address (connection refused)' });
    await broken(() => {});
  });

  it('that speaks no TLS says so', async () => {
    await broken(() => {});
    const plain = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve));
    const config = JSON.parse(server.kubeconfig);
    config.clusters[0].cluster.server = `https://127.0.0.1:${(plain.address() as { port: number }).port}`;
    expect(await connect(directory, JSON.stringify(config)).version()).toMatchObject({ ok: false, reason: 'Unreachable', because: expect.stringContaining('does not speak TLS') });
    plain.close();
  });

  it.each<[string, Behaviour]>([
    ['HTML', (_request, response) => response.writeHead(200).end('<html>welcome</html>')],
    ['half JSON', (_request, response) => response.writeHead(200).end('{"items": [')],
    ['null', answerJson(null)],
    ['a list of numbers', answerJson([1, 2])],
    ['items that are no list', answerJson({ items: 'many' })],
  ])('that answers %s is an outcome, never an exception', async (_what, behaviour) => {
    await broken(behaviour);
    const outcomes = await Promise.all([connection.version(), connection.identity(), connection.resources(), connection.list(PODS, {})]);
    expect(outcomes[0]).toMatchObject({ ok: false, reason: 'Refused' });
    expect(outcomes[1]).toMatchObject({ ok: false, reason: 'Refused' });
    const watch = await connection.watch(PODS, { resourceVersion: '1' }, () => {}, new AbortController().signal);
    expect(watch).toMatchObject({ ok: false, reason: 'Refused' });
  });

  it('whose watch says 410 tells it as a Status', async () => {
    await broken(answerJson({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } }));
    server.behave((_request, response) => {
      response.writeHead(200);
      response.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`);
    });
    const outcome = await connection.watch(PODS, { resourceVersion: '1' }, () => {}, new AbortController().signal);
    expect(outcome).toMatchObject({ ok: false, reason: 'Refused', because: 'too old', status: { code: 410 } });
  });

  it('never gets more than sixteen requests at once, whatever is wanted of it', async () => {
    let now = 0;
    let most = 0;
    await broken((_request, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        answerJson({ metadata: {} })(_request, response);
      }, 20);
    });
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => connection.get(PODS, 'default', `pod-${i}`)));
    expect(outcomes.filter(outcome => !outcome.ok)).toEqual([]);
    expect(most).toBe(16);
  });

  it('sends no token to anything but the server of the kubeconfig, and shows none', async () => {
    await broken((_request, response) => response.writeHead(500).end('{}'));
    const outcome = await connection.version();
    expect(JSON.stringify([outcome, connection])).not.toContain('fault-token');
  });
});
