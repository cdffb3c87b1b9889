/* eslint-disable no-console */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readClusters } from './clusterFile';
import { order } from './control';
import { serveClusters } from './serve';

const USAGE = `simulated-clusters serve --data DIR --clusters FILE|N [--except NAME,NAME]
simulated-clusters fault --data DIR CLUSTER up|down|hang [--for 30s]`;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `30s` as milliseconds. */
function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (!amount) throw new Error(`--for: found ${text}, wanted a duration such as 30s or 2m`);
  return Number(amount) * UNITS[unit];
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string', default: '.flotilla' }, clusters: { type: 'string' }, except: { type: 'string', default: '' }, for: { type: 'string' } },
  });
  const [command, name, fault] = positionals;
  const data = resolve(values.data);
  if (command === 'serve' && values.clusters) {
    const except = new Set(values.except.split(','));
    const fleet = await serveClusters(readClusters(values.clusters).filter(spec => !except.has(spec.name)), data, message => console.error(message));
    const stop = () =>
      fleet.stop().then(
        () => process.exit(0),
        error => fail(error),
      );
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    console.log(JSON.stringify({ ready: true, clusters: [...fleet.clusters.keys()] }));
  } else if (command === 'fault' && name && fault) {
    const forMs = values.for ? durationOf(values.for) : 0;
    console.log(JSON.stringify(await order(data, `/fault/${name}/${fault}/${forMs}`)));
  } else {
    throw new Error(USAGE);
  }
}

function fail(error: unknown): never {
  console.error((error as Error).message);
  process.exit(1);
}

main().catch(fail);
