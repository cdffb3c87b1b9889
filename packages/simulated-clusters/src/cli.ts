/* eslint-disable no-console */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readClusters } from './clusterFile';
import { order } from './control';
import { durationMs } from './duration';
import { FAULTS, signature } from './faults';
import { serveClusters } from './serve';

const USAGE = `simulated-clusters serve --data DIR --clusters FILE|N [--except NAME,NAME]
simulated-clusters fault --data DIR CLUSTER FAULT [--for 30s]`;

/** Every fault, with what is taken where nothing is said. */
const faultHelp = () => `npm run fault -- CLUSTER FAULT [--for 30s] [--data DIR]

A cluster of a running demo does, until \`up\` or for the time of --for:

${FAULTS.map(fault => `  ${signature(fault).padEnd(28)}${fault.does}`).join('\n')}`;

/** What `--for` says. @throws Error with what was found and what is wanted */
function forMsOf(text: string | undefined): number {
  const ms = text === undefined ? 0 : durationMs(text);
  if (ms === undefined) throw new Error(`--for: found ${text}, wanted a duration such as 30s or 2m`);
  return ms;
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string', default: '.flotilla' }, clusters: { type: 'string' }, except: { type: 'string', default: '' }, for: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command, name, ...fault] = positionals;
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
  } else if (command === 'fault' && values.help) {
    console.log(faultHelp());
  } else if (command === 'fault' && name && fault.length > 0) {
    console.log(JSON.stringify(await order(data, `/fault/${name}/${fault.join(' ')}/${forMsOf(values.for)}`)));
  } else {
    throw new Error(USAGE);
  }
}

function fail(error: unknown): never {
  console.error((error as Error).message);
  process.exit(1);
}

main().catch(fail);
