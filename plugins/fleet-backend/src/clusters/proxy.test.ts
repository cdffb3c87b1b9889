import { createServer, type Server } from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { answerJson, type FaultServer, serveFaults } from './testing/faultServer';
import { connect, testDirectory } from './testing/openCluster';

jest.setTimeout(30_000);

describe('a kubeconfig with proxy-url', () => {
  const directory = testDirectory();
  const asked: string[] = [];
  let server: FaultServer;
  let proxy: Server;

  beforeAll(async () => {
    server = await serveFaults(answerJson({ gitVersion: 'v1.36.0' }));
    proxy = createServer((_request, response) => response.writeHead(405).end());
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers.authorization ?? 'no token'}`);
      const [host, port] = request.url!.split(':');
      const upstream = connectSocket(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    directory.close();
    await server.close();
    proxy.close();
  });

  const through = (port: number) => {
    const config = JSON.parse(server.kubeconfig);
    config.clusters[0].cluster['proxy-url'] = `http://127.0.0.1:${port}`;
    return connect(directory, JSON.stringify(config));
  };

  it('reaches the cluster through a tunnel in which the proxy sees no token', async () => {
    const { host } = new URL(JSON.parse(server.kubeconfig).clusters[0].cluster.server);
    expect(await through((proxy.address() as AddressInfo).port).version()).toMatchObject({ ok: true, value: { gitVersion: 'v1.36.0' } });
    expect(asked).toEqual([`${host} no token`]);
  });

  it('says so when nothing listens at the proxy', async () => {
    expect(await through(1).version()).toMatchObject({ ok: false, reason: 'Unreachable', because: expect.stringContaining('connection refused') });
  });
});
