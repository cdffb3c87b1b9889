import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from './problem.mjs';

const SPEC = {
  data: { type: 'string', default: '.flotilla' },
  'app-port': { type: 'string', default: '3000' },
  'backend-port': { type: 'string', default: '7007' },
  clusters: { type: 'string' },
  empty: { type: 'boolean', default: false },
  real: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

export const HELP = `npm start -- [options]
  --data DIR            folder of databases, secrets and kubeconfigs (default .flotilla)
  --app-port N          where the portal is opened (default 3000)
  --backend-port N      where its backend listens (default 7007)
  --clusters FILE|N     other member clusters: a file like examples/article/clusters.yaml, or how many to make up
  --empty               no demo: no clusters, no applications
  --real                three of the demo's clusters on real Kubernetes (needs Go)`;

function port(values, name) {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new Problem(`--${name} is "${values[name]}", which is no port.`, `Give a number from 1 to 65535, for example --${name} ${SPEC[name].default}.`);
  }
  return number;
}

/** What stands beside each other must fit; said here, before minutes of installing and building. */
function checkTogether({ appPort, backendPort, clusters, empty, real }) {
  if (appPort === backendPort) {
    throw new Problem('--app-port and --backend-port are the same.', 'The backend listens on one and the portal is opened on the other: give two.');
  }
  if (empty && (clusters !== undefined || real)) {
    throw new Problem(`--empty means no clusters, and ${real ? '--real' : '--clusters'} asks for some.`, 'Leave one of them out.');
  }
  if (clusters === undefined || existsSync(clusters)) return;
  if (!/^\d+$/.test(clusters)) throw new Problem(`--clusters: there is no file ${resolve(clusters)}.`, 'Give a file like examples/article/clusters.yaml, or how many clusters to make up.');
  if (Number(clusters) < 1) throw new Problem('--clusters 0 leaves nothing to see.', 'Give how many to make up, or --empty for a portal without any.');
}

/**
 * @param {string[]} args what follows `npm start --`
 * @returns {{data: string, appPort: number, backendPort: number, clusters?: string, empty: boolean, real: boolean, help: boolean}} `data` is absolute
 */
export function startOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: SPEC }));
  } catch (error) {
    throw new Problem(error.message, HELP);
  }
  const options = {
    data: resolve(values.data),
    appPort: port(values, 'app-port'),
    backendPort: port(values, 'backend-port'),
    clusters: values.clusters,
    empty: values.empty,
    real: values.real,
    help: values.help,
  };
  checkTogether(options);
  return options;
}
