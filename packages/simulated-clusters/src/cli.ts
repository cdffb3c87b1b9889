/* eslint-disable no-console */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readClusters } from './clusterFile';
import { order } from './control';
import { durationMs } from './duration';
import { serveClusters } from './serve';

const USAGE = `simulated-clusters serve --data DIR --clusters FILE|N [--except NAME,NAME]
simulated-clusters fault --data DIR CLUSTER up|down|hang [--for 30s]`;

/** What `--for` says. @throws Error with what was found and what is wanted */
function forMsOf(text: string | undefined): number {
  const ms = text === undefined ? 0 : durationMs(text);
  if (ms === undefined) throw new Error(`--for: found ${text}, wanted a duration such as 30s or 2m`);
  return ms;
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
    console.log(JSON.stringify(await order(data, `/fault/${name}/${fault}/${forMsOf(values.for)}`)));
  } else {
    throw new Error(USAGE);
  }
}

function fail(error: unknown): never {
  console.error((error as Error).message);
  process.exit(1);
}

main().catch(fail);
