/**
 * Loads the in-memory API over TLS and prints what it bears: a quick look while changing the hot path, not the benchmark.
 *
 *   yarn workspace @flotilla/kube-api load
 */
import { mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveInMemory } from '../src/testing/serveInMemory';

const MAPS = '/api/v1/namespaces/default/configmaps';
const body = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'load' } }, data: { value: 'x'.repeat(1_800) } });

async function main(): Promise<void> {
  const server = await serveInMemory({ dir: await mkdtemp(join(tmpdir(), 'kube-load-')) });
  const agent = new Agent({ keepAlive: true, ca: server.ca });
  const send = (method: string, path: string, text?: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { authorization: `Bearer ${server.token}`, ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) };
      const sent = request(server.url + path, { method, agent, headers }, response => {
        let got = '';
        response.on('data', chunk => (got += chunk));
        response.on('end', () => resolve(got));
      });
      sent.on('error', reject);
      sent.end(text);
    });
  const measure = async (name: string, count: number, clients: number, one: (i: number) => Promise<unknown>) => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    let next = 0;
    await Promise.all(Array.from({ length: clients }, async () => {
      while (next < count) await one(next++);
    }));
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    console.log(`${name}: ${Math.round(count / seconds)}/s; processor ${Math.round((user + system) / count)} µs each, client included`);
  };
  await measure('creates, 1 client', 1_000, 1, i => send('POST', MAPS, body(`a${i}`)));
  await measure('creates, 16 clients', 9_000, 16, i => send('POST', MAPS, body(`b${i}`)));
  await measure('gets, 1 client', 2_000, 1, i => send('GET', `${MAPS}/a${i % 1_000}`));
  await measure('gets, 16 clients', 8_000, 16, i => send('GET', `${MAPS}/b${i}`));
  let token = '';
  await measure('pages of 500', 20, 1, async () => {
    token = JSON.parse(await send('GET', `${MAPS}?limit=500&continue=${token}`)).metadata.continue ?? '';
  });
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 1e6)} MB with 10,000 objects, client included`);
  agent.destroy();
  await server.close();
}

void main();
