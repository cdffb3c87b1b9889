/**
 * The fleet at work: the backend plugin and simulated clusters, each a process of its own on loopback, on one machine. Names of figures
 * choose some of them (`npm run bench clusters -- restart memory`); each ends by itself. Options: --seed, --out.
 */
import { parseArgs } from 'node:util';
import { burst } from './parts/clusters/burst.mjs';
import { closeFleets } from './parts/clusters/fleet.mjs';
import { detection } from './parts/clusters/detection.mjs';
import { fleetMemory, podMemory } from './parts/clusters/memory.mjs';
import { neighbours } from './parts/clusters/neighbours.mjs';
import { restart } from './parts/clusters/restart.mjs';
import { thousand } from './parts/clusters/thousand.mjs';
import { figuresOf } from './parts/figures.mjs';
import { randomOf } from './parts/random.mjs';

/** What measures each, and the minutes after which it is given up. */
const FIGURES = { burst: [burst, 12], detection: [detection, 9], neighbours: [neighbours, 7], pods: [podMemory, 4], memory: [fleetMemory, 8], thousand: [thousand, 9], restart: [restart, 10] };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string', default: '1' }, out: { type: 'string' } } });
const unknown = positionals.find(name => !FIGURES[name]);
if (unknown) throw new Error(`there is no figure "${unknown}"; there are ${Object.keys(FIGURES).join(', ')}`);

const all = figuresOf('clusters', Number(values.seed));
for (const name of positionals.length > 0 ? positionals : Object.keys(FIGURES)) {
  const [measure, minutes] = FIGURES[name];
  const figures = { put: figure => all.put({ ...figure, part: name }) };
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not measured within ${minutes} min`)), minutes * 60_000);
  });
  console.log(`\n${name}`);
  // One that fails is a figure that is missed, and takes none of the others with it.
  await Promise.race([measure(figures, { random: randomOf(Number(values.seed)) }), late])
    .catch(error => figures.put({ figure: `${name}: could not be measured`, value: error.message, unit: '', target: 'measured', met: false }))
    .finally(() => clearTimeout(timer));
  // Of one that took too long, the processes still run.
  await closeFleets();
}
all.finish(values.out);
process.exit();
