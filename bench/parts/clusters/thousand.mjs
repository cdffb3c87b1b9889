/** 1,000 simulated clusters in one process, with everything the backend watches of them. */
import { residentMb } from '../servers.mjs';
import { openFleet } from './fleet.mjs';
import { coresSince } from './processes.mjs';

const COUNT = 1_000;
const SETTLE_MS = 60_000;
const IDLE_MS = 60_000;
const MOST_MB = 1_500;
const MOST_CORES = 0.3;

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

export async function thousand(figures) {
  const began = performance.now();
  const fleet = await openFleet({ clusters: COUNT });
  try {
    figures.put({ figure: `${COUNT} simulated clusters started, registered and seen to be well`, value: Math.round((performance.now() - began) / 1_000), unit: 's' });
    await wait(SETTLE_MS);
    const watches = (await fleet.simulator.ask('open')).filter(each => each.kind === 'watch').length;
    await fleet.simulator.ask('reset');
    const processes = [['simulator', fleet.simulator.pid], ['backend', fleet.portal.pids[0]]].map(([name, pid]) => ({ name, pid, cores: coresSince({ pid }) }));
    await wait(IDLE_MS);
    const requests = Object.values(await fleet.simulator.ask('counts')).flatMap(Object.values).reduce((sum, each) => sum + each, 0);
    for (const { name, pid, cores } of processes) {
      const [used, mb] = [Number(cores().toFixed(2)), residentMb({ pids: [pid] })];
      figures.put({ figure: `${COUNT} clusters, ${watches} watches: ${name}, resident`, value: mb, unit: 'MB', target: `≤ ${MOST_MB}`, met: mb <= MOST_MB });
      figures.put({ figure: `${COUNT} clusters, ${watches} watches: ${name}, CPU while nothing happens`, value: used, unit: 'cores', target: `≤ ${MOST_CORES}`, met: used <= MOST_CORES, comparedTo: `${Math.round((requests * 1_000) / IDLE_MS)} requests/s, over ${IDLE_MS / 1_000} s` });
    }
  } finally {
    await fleet.close();
  }
}
