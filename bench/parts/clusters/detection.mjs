/** How soon a dead cluster is shown, and how often one that lives is. */
import { createRequire } from 'node:module';
import { quantile } from '../figures.mjs';
import { allWell, CLUSTERS, follow, openFleet, readyOf } from './fleet.mjs';
import { until } from './processes.mjs';

const { falseAlarms } = createRequire(import.meta.url)('./falseAlarms.ts');
const COUNT = 100;
const AT_ONCE = 25;
/** Each cluster dies this often, in turn by `down` and by `hang`. */
const ROUNDS = 2;
const SHOWN_LIMIT_MS = 60_000;
const LOSS = 'loss 5% 500ms';
const LOSS_SECONDS = 60;
const VIRTUAL_SECONDS = 100;

/** Follows what the API says of each cluster. */
async function watchReady(fleet) {
  const ready = new Map();
  const alarms = [];
  const watch = await follow(fleet, `${CLUSTERS}?watch=1`, ({ object }) => {
    if (object.kind !== 'Cluster') return;
    const { name } = object.metadata;
    const now = readyOf(object)?.status === 'True';
    if (ready.get(name)?.is && !now) alarms.push(name);
    if (ready.get(name)?.is !== now) ready.set(name, { is: now, at: Date.now() });
  });
  await until('every cluster seen as Ready', () => [...ready.values()].filter(each => each.is).length === COUNT, SHOWN_LIMIT_MS);
  return { ready, alarms, stop: watch.stop };
}

/** Each dies at a moment of its own, so that no phase of the probes is preferred. @returns ms until each was shown */
async function killSome(fleet, seen, names, fault, random) {
  const took = names.map(async name => {
    await new Promise(resolve => setTimeout(resolve, random() * 4_000));
    const at = Date.now();
    await fleet.simulator.fault(name, fault);
    await until(`${name} shown as dead`, () => !seen.ready.get(name).is, SHOWN_LIMIT_MS, 20);
    return seen.ready.get(name).at - at;
  });
  const all = await Promise.all(took);
  await Promise.all(names.map(name => fleet.simulator.fault(name, 'up')));
  await until('all shown as well again', () => names.every(name => seen.ready.get(name).is), SHOWN_LIMIT_MS);
  return all;
}

export async function detection(figures, { random }) {
  const fleet = await openFleet({ clusters: COUNT });
  try {
    await allWell(fleet, COUNT);
    const seen = await watchReady(fleet);
    const took = { down: [], hang: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let from = 0; from < COUNT; from += AT_ONCE) {
        const fault = (from / AT_ONCE + round) % 2 ? 'hang' : 'down';
        took[fault].push(...(await killSome(fleet, seen, fleet.names.slice(from, from + AT_ONCE), fault, random)));
      }
    }
    const seconds = (list, share) => Number((quantile(list, share) / 1_000).toFixed(1));
    const all = [...took.down, ...took.hang];
    const p99 = seconds(all, 0.99);
    figures.put({ figure: `dead cluster shown at the API, p99 of ${all.length}`, value: p99, unit: 's', target: '≤ 10', met: p99 <= 10, comparedTo: `p50 ${seconds(all, 0.5)} s; refusing p50 ${seconds(took.down, 0.5)} s, hanging p50 ${seconds(took.hang, 0.5)} s` });

    seen.alarms.length = 0;
    await Promise.all(fleet.names.map(name => fleet.simulator.fault(name, LOSS)));
    await new Promise(resolve => setTimeout(resolve, LOSS_SECONDS * 1_000));
    const months = (COUNT * LOSS_SECONDS) / (30 * 86_400);
    figures.put({ figure: `clusters shown as dead by mistake at ${LOSS}, real time: ${COUNT} clusters for ${LOSS_SECONDS} s`, value: seen.alarms.length, unit: '', target: '0', met: seen.alarms.length === 0, comparedTo: `${months.toFixed(4)} cluster-months` });
    seen.stop();
  } finally {
    await fleet.close();
  }
  const { perMonth, months, alarms, upper } = await falseAlarms(VIRTUAL_SECONDS * 1_000, random);
  figures.put({
    figure: 'clusters shown as dead by mistake at loss 5% 500ms, a cluster and month, the probing code on a virtual clock', value: Number(perMonth.toPrecision(2)), unit: '', target: '≤ 0.1', met: upper <= 0.1,
    comparedTo: `${alarms} times in ${Math.round(months)} cluster-months; 95 % sure of ≤ ${upper.toPrecision(2)}`,
  });
}
