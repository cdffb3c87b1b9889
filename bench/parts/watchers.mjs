import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf, configMap, namespace, pathOf } from './client.mjs';
import { quantile } from './figures.mjs';
import { residentMb } from './servers.mjs';

/**
 * @typedef {object} Watched
 * @property {number} written - writes accepted
 * @property {number} rate - writes a second that were reached
 * @property {number} missing - events that a reading watcher did not get, over all of them
 * @property {number} disordered - events that came before an earlier one
 * @property {number} lag50 - ms from sending a write to a watcher having read its event
 * @property {number} lag99
 * @property {boolean} cutOff - whether the stalled watcher was sent away; when, is not seen by who does not read
 * @property {number} grownMb - resident memory at the end against half of the way, when its caches and the collector have found their size
 */

/** Objects that are written in turn. */
const OBJECTS = 200;
/** As many bytes of a chunk's end as may hold the beginning of a mark. */
const TAIL = 64;

/** The text between a mark and the next quote. */
const after = (bytes, mark, from) => {
  const at = bytes.indexOf(mark, from);
  if (at < 0) return undefined;
  const start = at + mark.length;
  const end = bytes.indexOf(0x22, start);
  return end < 0 ? undefined : { text: bytes.latin1Slice(start, end), end };
};

/** Reads events as they come by two marks in each: parsing them would cost more than all else here, and be measured too. */
function follow(response, seen) {
  let rest = Buffer.alloc(0);
  response.on('error', () => undefined);
  response.on('data', chunk => {
    const now = performance.now();
    const bytes = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    let done = 0;
    for (;;) {
      // In each event the version of the object stands before its data or after it, never both.
      const sent = after(bytes, '"sent":"', done);
      const version = after(bytes, '"resourceVersion":"', done);
      if (!sent || !version) break;
      seen.lags.push(now - Number(sent.text));
      if (Number(version.text) < seen.last) seen.disordered += 1;
      seen.last = Number(version.text);
      done = Math.max(sent.end, version.end);
    }
    const left = bytes.subarray(done);
    const open = left.indexOf('"type":"');
    // What stands between two events is of no use; a half event is kept whole.
    rest = open < 0 ? left.subarray(Math.max(0, left.length - TAIL)) : left;
  });
}

/**
 * Updates objects in turn at a steady rate while watchers follow, one of which takes nothing. Updates, because what is created stays, and memory
 * would grow by it.
 *
 * @param {import('./servers.mjs').Server} server
 * @returns {Promise<Watched>}
 */
export async function watchUnderLoad(server, { space, watchers, perSecond, seconds }) {
  const client = clientOf(server);
  await client.send('POST', '/api/v1/namespaces', namespace(space));
  await Promise.all(Array.from({ length: OBJECTS }, (_, i) => client.send('POST', pathOf(space), configMap(space, `w-${i}`))));
  const { metadata } = JSON.parse(await client.send('GET', `${pathOf(space)}?limit=1`));
  const watch = () => client.watch(`${pathOf(space)}?watch=1&resourceVersion=${metadata.resourceVersion}`);
  const reading = Array.from({ length: watchers - 1 }, () => ({ lags: [], last: 0, disordered: 0 }));
  const open = await Promise.all(reading.map(async seen => {
    const response = await watch();
    follow(response, seen);
    return response;
  }));
  const stalled = await watch();
  stalled.on('error', () => undefined);
  stalled.pause();
  const started = performance.now();

  let written = 0;
  let early = 0;
  const writes = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const wait = started + (n * 1_000) / perSecond - performance.now();
    if (wait > 1) await sleep(wait);
    if (n === Math.floor((perSecond * seconds) / 2)) early = residentMb(server);
    const name = `w-${n % OBJECTS}`;
    writes.push(client.send('PUT', pathOf(space, name), configMap(space, name, { sent: String(performance.now()) })).then(() => (written += 1)));
  }
  await Promise.all(writes);
  const rate = written / ((performance.now() - started) / 1_000);
  const late = residentMb(server);
  for (const deadline = Date.now() + 30_000; Date.now() < deadline && reading.some(({ lags }) => lags.length < written); ) await sleep(100);
  // Who takes nothing is only seen to be cut off by reading on.
  stalled.resume();
  await sleep(500);
  const stillOpen = !stalled.destroyed && !stalled.complete && !stalled.aborted;
  [...open, stalled].forEach(response => response.destroy());
  client.close();
  const lags = reading.flatMap(seen => seen.lags);
  return {
    written, rate, cutOff: !stillOpen, grownMb: late - early,
    missing: reading.reduce((sum, seen) => sum + Math.abs(written - seen.lags.length), 0),
    disordered: reading.reduce((sum, seen) => sum + seen.disordered, 0),
    lag50: quantile(lags, 0.5), lag99: quantile(lags, 0.99),
  };
}
