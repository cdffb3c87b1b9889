/**
 * The portal's API beside a real kube-apiserver with etcd, by the same client in the same run: 2 kB objects over TLS, authenticated and
 * permission-checked; the portal on SQLite in a file, etcd without fsync. Figures are ratios of paired rounds, so that a busy machine
 * weighs on both. Options: --rounds, --seconds, --seed, --out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clientOf, configMap, namespace, pathOf, rateOf } from './parts/client.mjs';
import { figuresOf, quantile } from './parts/figures.mjs';
import { residentMb, startKubernetes, startPortal } from './parts/servers.mjs';
import { watchUnderLoad } from './parts/watchers.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' }, out: { type: 'string' } },
});
const ROUNDS = Number(values.rounds);
const LISTED = 10_000;
const PAGE = 500;
const HELD = 20_000;
const figures = figuresOf('kube-api', Number(values.seed));

/** Each in turn, so often; the first round warms up. @returns {Promise<[number[], number[]]>} */
async function paired(servers, measure) {
  const found = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, server] of servers.entries()) {
      const value = await measure(server, round);
      if (round > 0) found[i].push(value);
    }
  }
  return found;
}

/** Puts the median of the ratios of the rounds. */
function putRatio(figure, [ours, theirs], unit, { least, most }) {
  const ratio = Number(quantile(ours.map((each, i) => each / theirs[i]), 0.5).toFixed(2));
  const met = least === undefined ? ratio <= most : ratio >= least;
  const shown = list => Math.round(quantile(list, 0.5));
  figures.put({ figure, value: ratio, unit: '× the real one', target: least === undefined ? `≤ ${most}` : `≥ ${least}`, met, comparedTo: `${shown(ours)} ${unit} against ${shown(theirs)} ${unit}` });
}

async function writesAndReads(servers) {
  for (const clients of [1, 16]) {
    const count = clients === 1 ? 300 : 1_500;
    const space = `rate-${clients}`;
    for (const { client } of servers) await client.send('POST', '/api/v1/namespaces', namespace(space));
    const created = await paired(servers, ({ client }, round) => rateOf(count, clients, i => client.send('POST', pathOf(space), configMap(space, `o-${round}-${i}`))));
    putRatio(`creates, ${clients} client${clients > 1 ? 's' : ''}`, created, '1/s', { least: 0.3 });
    const got = await paired(servers, ({ client }, round) => rateOf(2 * count, clients, i => client.send('GET', pathOf(space, `o-${round}-${i % count}`))));
    putRatio(`gets, ${clients} client${clients > 1 ? 's' : ''}`, got, '1/s', { least: 0.5 });
  }
}

async function listInPages(servers) {
  const space = 'listed';
  for (const { client } of servers) {
    await client.send('POST', '/api/v1/namespaces', namespace(space));
    await rateOf(LISTED, 16, i => client.send('POST', pathOf(space), configMap(space, `o-${i}`)));
  }
  const taken = await paired(servers, async ({ client }) => {
    const started = performance.now();
    let token = '';
    let count = 0;
    do {
      const { items, metadata } = JSON.parse(await client.send('GET', `${pathOf(space)}?limit=${PAGE}&continue=${encodeURIComponent(token)}`));
      count += items.length;
      token = metadata.continue ?? '';
    } while (token);
    if (count !== LISTED) throw new Error(`listed ${count} of ${LISTED}`);
    return performance.now() - started;
  });
  putRatio(`list of ${LISTED} objects in pages of ${PAGE}`, taken, 'ms', { most: 2 });
}

async function watches(servers) {
  const load = { space: 'watched', watchers: 50, perSecond: 300, seconds: Number(values.seconds) };
  for (const server of [...servers].reverse()) {
    const found = await watchUnderLoad(server, load);
    const what = `${load.perSecond} writes/s to ${load.watchers} watchers, one stalled, ${load.seconds} s: ${server.name}`;
    const ours = server.name === 'the portal';
    const target = (text, met) => (ours ? { target: text, met } : {});
    figures.put({ figure: `${what}: writes reached`, value: Math.round(found.rate), unit: '1/s', ...target('300', found.rate > 0.97 * load.perSecond) });
    figures.put({ figure: `${what}: events missing, out of order`, value: `${found.missing}, ${found.disordered}`, unit: '', ...target('0, 0', found.missing + found.disordered === 0) });
    figures.put({ figure: `${what}: lag from sending the write, p50`, value: Number(found.lag50.toFixed(1)), unit: 'ms' });
    figures.put({ figure: `${what}: lag from sending the write, p99`, value: Number(found.lag99.toFixed(1)), unit: 'ms', ...target('≤ 250', found.lag99 <= 250) });
    figures.put({ figure: `${what}: the stalled one`, value: found.cutOff ? 'cut off' : 'not cut off', unit: '', ...target('cut off', found.cutOff) });
    figures.put({ figure: `${what}: memory grown over the last half`, value: found.grownMb, unit: 'MB', ...target('≤ 50', found.grownMb <= 50) });
  }
}

/** Fills up to so many and lets the collector rest. */
async function memory({ client, ...server }, before) {
  const space = 'held';
  await client.send('POST', '/api/v1/namespaces', namespace(space));
  const { items, metadata } = JSON.parse(await client.send('GET', '/api/v1/configmaps?limit=1'));
  const there = items.length + (metadata.remainingItemCount ?? 0);
  await rateOf(Math.max(0, HELD - there), 16, i => client.send('POST', pathOf(space), configMap(space, `o-${i}`)));
  await sleep(10_000);
  const now = residentMb(server);
  figures.put({ figure: `memory of the backend with ${Math.max(there, HELD)} objects, after all of the above`, value: now, unit: 'MB', target: '≤ 600', met: now <= 600, comparedTo: `${before} MB with none` });
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-kube-'));
  const running = [];
  try {
    for (const [name, start] of [['portal', startPortal], ['kubernetes', startKubernetes]]) running.push(await start(join(folder, name)));
    const servers = running.map(server => ({ ...server, client: clientOf(server) }));
    const before = residentMb(running[0]);
    await writesAndReads(servers);
    await listInPages(servers);
    await watches(servers);
    await memory(servers[0], before);
    servers.forEach(({ client }) => client.close());
  } finally {
    await Promise.all(running.map(server => server.close()));
    rmSync(folder, { recursive: true, force: true });
  }
  figures.finish(values.out);
}

await main();
