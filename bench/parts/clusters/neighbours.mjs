/**
 * Whether clusters that do not answer hold up anybody else. Good and bad times follow each other in one run; in each, a change is wished
 * for in every cluster one after the other, and pages are read. Compared are neighbours in time, so that a busy machine weighs on both.
 */
import { quantile } from '../figures.mjs';
import { allWell, openFleet, readPage } from './fleet.mjs';
import { until } from './processes.mjs';
import { deployment, DEPLOYMENTS, makeDeployments, makePolicies, nameOf, writtenInMembers } from './workloads.mjs';

const COUNT = 100;
const PAIRS = 5;
const BAD = [['down', 2], ['hang', 2], ['slow 5s', 1]];
const EVERY_MS = 100;
const ARRIVE_LIMIT_MS = 20_000;
const PAGE_EVERY_MS = 200;
const RATIO = 1.25;

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Wishes for a change in each cluster, one every so often. @returns ms until each of `good` was written there */
async function changeAll(fleet, phase, good) {
  const { simulator, client, names } = fleet;
  let from = (await simulator.ask('writes', 0)).length;
  const wished = new Map();
  const began = performance.now();
  for (const [i, name] of names.entries()) {
    await wait(began + i * EVERY_MS - performance.now());
    const object = deployment(nameOf(i), 1);
    object.spec.template.metadata.annotations = { 'bench/phase': String(phase) };
    wished.set(`${simulator.ports.get(name)} ${DEPLOYMENTS}/${nameOf(i)}`, { name, at: Date.now() });
    client.send('PUT', `${DEPLOYMENTS}/${nameOf(i)}`, JSON.stringify(object)).catch(error => console.error(error.message));
  }
  const took = new Map();
  await until('every good cluster written to', async () => {
    const found = await simulator.ask('writes', from);
    from += found.length;
    for (const [port, path, at] of found) {
      const one = wished.get(`${port} ${path}`);
      if (one && good.has(one.name) && !took.has(one.name)) took.set(one.name, at - one.at);
    }
    return took.size === good.size;
  }, ARRIVE_LIMIT_MS, 100);
  return [...took.values()];
}

/** Reads pages in turn until told to stop. @returns ms that each read took */
function readPages(fleet, name) {
  const views = ['fleets', 'clusters?limit=50', `clusters/${name}`];
  const took = [];
  let going = true;
  const reading = (async () => {
    for (let i = 0; going; i += 1) {
      const began = performance.now();
      await readPage(fleet, views[i % views.length]);
      took.push(performance.now() - began);
      await wait(PAGE_EVERY_MS);
    }
  })();
  return async () => {
    going = false;
    await reading;
    return took;
  };
}

/** Looks, again and again, at what waits for an answer of these ports: all but the probe, which is what asks. */
function watchWaiting(fleet, ports, isShown) {
  const most = { waiting: 0, probes: 0 };
  const timer = setInterval(async () => {
    const shown = await isShown();
    const open = (await fleet.simulator.ask('open')).filter(each => ports.has(each.port));
    if (!shown) return;
    const waiting = open.filter(each => each.kind !== 'probe');
    most.waiting = Math.max(most.waiting, waiting.length);
    for (const port of ports) most.probes = Math.max(most.probes, open.filter(each => each.port === port && each.kind === 'probe').length);
  }, 500);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function onePhase(fleet, phase, good) {
  const stop = readPages(fleet, [...good][0]);
  const loops = await changeAll(fleet, phase, good);
  return { loops, pages: await stop() };
}

export async function neighbours(figures, { random }) {
  const fleet = await openFleet({ clusters: COUNT });
  const ratios = { 'loops p50': [], 'loops p95': [], 'pages p50': [], 'pages p95': [] };
  const plain = [];
  let most = { waiting: 0, probes: 0 };
  try {
    await makePolicies(fleet, COUNT, i => ({ clusterAffinity: { clusterNames: [fleet.names[i]] } }));
    await makeDeployments(fleet, COUNT, 1);
    await writtenInMembers(fleet, COUNT, 60_000);
    await onePhase(fleet, 'warm', new Set(fleet.names));
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const bad = [...fleet.names].sort(() => random() - 0.5).slice(0, 5);
      const good = new Set(fleet.names.filter(name => !bad.includes(name)));
      const calm = await onePhase(fleet, `calm-${pair}`, good);
      const faults = BAD.flatMap(([fault, count]) => Array(count).fill(fault));
      await Promise.all(bad.map((name, i) => fleet.simulator.fault(name, faults[i])));
      const ports = new Set(bad.map(name => fleet.simulator.ports.get(name)));
      let shown = false;
      const stop = watchWaiting(fleet, ports, async () => (shown ||= (await readPage(fleet, 'fleets')).states.Unreachable === bad.length));
      const broken = await onePhase(fleet, `broken-${pair}`, good);
      const seen = stop();
      most = { waiting: Math.max(most.waiting, seen.waiting), probes: Math.max(most.probes, seen.probes) };
      await Promise.all(bad.map(name => fleet.simulator.fault(name, 'up')));
      await allWell(fleet, COUNT);
      for (const key of Object.keys(ratios)) {
        const [what, share] = [key.split(' ')[0], key.endsWith('p50') ? 0.5 : 0.95];
        ratios[key].push(quantile(broken[what], share) / quantile(calm[what], share));
      }
      plain.push(calm);
    }
  } finally {
    await fleet.close();
  }
  const usual = (what, share) => Math.round(quantile(plain.flatMap(each => each[what]), share));
  for (const [key, list] of Object.entries(ratios)) {
    const ratio = Number(quantile(list, 0.5).toFixed(2));
    const [what, share] = key.split(' ');
    const name = what === 'loops' ? 'wish → written in each other cluster' : 'pages';
    figures.put({ figure: `5 of ${COUNT} clusters dead, hanging or slow: ${name}, ${share}`, value: ratio, unit: '× with all well', target: `≤ ${RATIO}`, met: ratio <= RATIO, comparedTo: `all well: ${usual(what, share === 'p50' ? 0.5 : 0.95)} ms; ${PAIRS} pairs` });
  }
  figures.put({ figure: 'requests waiting on clusters shown as dead, at most, probes not counted', value: most.waiting, unit: '', target: '0', met: most.waiting === 0, comparedTo: `probes at once to one of them: ${most.probes}` });
}
