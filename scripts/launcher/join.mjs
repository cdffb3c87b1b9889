// `npm run join`: lets the portal into a cluster, with the person's own kubectl on both sides.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join as path, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot } from './paths.mjs';
import { Problem } from './problem.mjs';
import { say } from './say.mjs';

const ACCOUNT = { namespace: 'flotilla-system', name: 'flotilla' };
const LIMIT_MS = 60_000;
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const SPEC = {
  name: { type: 'string' },
  mode: { type: 'string', default: 'Observe' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  tidy: { type: 'boolean', default: false },
  life: { type: 'string', default: '720h' },
  print: { type: 'boolean', default: false },
  data: { type: 'string', default: '.flotilla' },
  portal: { type: 'string' },
  namespace: { type: 'string', default: 'kurator-system' },
  allow: { type: 'string' },
  wait: { type: 'string', default: '60s' },
  help: { type: 'boolean', default: false },
};

const HELP = `npm run join -- --name NAME [options]
  --name NAME           what the cluster is called in the portal
  --mode Observe|Manage only look (default), or place applications too
  --kubeconfig FILE     your own way into that cluster (default: as kubectl finds it)
  --context NAME        a context of it (default: the current one)
  --tidy                may remove namespaces it made, once they are empty
  --life DURATION       of the token, which renews itself at two thirds of it (default 720h)
  --print               print what would be applied in the cluster, and do nothing
  --data DIR            data folder of a demo, whose portal.kubeconfig is used (default .flotilla)
  --portal FILE         kubeconfig for the portal's API instead (the page "Connect kubectl" gives one)
  --namespace NAME      where the Secret goes in the portal (default kurator-system)
  --allow NAME,…        namespaces of the portal whose fleets may use the cluster
  --wait DURATION       how long to wait until it is Ready (default 60s)`;

/** The options, checked. @param {string[]} args */
export function joinOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: SPEC }));
  } catch (error) {
    throw new Problem(error.message, HELP);
  }
  if (values.help) return values;
  if (!values.name) throw new Problem('What is the cluster called?', HELP);
  if (!NAME.test(values.name)) throw new Problem(`--name is "${values.name}".`, 'Give lower-case letters, digits and "-", at most 63.');
  if (!['Observe', 'Manage'].includes(values.mode)) throw new Problem(`--mode is "${values.mode}".`, 'Give Observe or Manage.');
  if (values.tidy && values.mode !== 'Manage') throw new Problem('--tidy goes with --mode Manage.', 'What is only looked at is not tidied.');
  for (const option of ['life', 'wait']) {
    if (!/^\d+(s|m|h)$/.test(values[option])) throw new Problem(`--${option} is "${values[option]}".`, 'Give a duration such as 720h.');
  }
  return values;
}

/** The manifests of docs/rbac for a mode, as one text. */
export function bundle({ mode, tidy }) {
  const files = ['observe.yaml', ...(mode === 'Manage' ? ['manage.yaml'] : []), ...(tidy ? ['tidy.yaml'] : [])];
  return files.map(file => readFileSync(inRoot('docs/rbac', file), 'utf8')).join('---\n');
}

/** Runs kubectl; what is secret goes in by `input` and comes out by the answer, and is never shown. */
function kubectl(args, input, what) {
  return new Promise((done, fail) => {
    const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill(), LIMIT_MS * 2);
    let [out, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', chunk => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', chunk => (errors += chunk));
    child.stdin.on('error', () => {});
    child.on('error', error => {
      clearTimeout(timer);
      fail(error.code === 'ENOENT' ? new Problem('There is no kubectl on the PATH.', 'Install it, or apply what --print shows by other means (docs/joining.md).') : error);
    });
    child.on('close', code => {
      clearTimeout(timer);
      if (code === 0) done(out);
      else fail(new Problem(`${what} failed.`, 'kubectl says why:', errors.trim().slice(-2000)));
    });
    child.stdin.end(input);
  });
}

/** Where the cluster is and who signs for it, from the person's own kubeconfig; nothing of the person's credentials is taken. */
async function addressOf(member) {
  const view = JSON.parse(await kubectl([...member, 'config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'], '', 'Reading your kubeconfig'));
  const cluster = view.clusters?.[0]?.cluster;
  if (!cluster?.server) throw new Problem('Your kubeconfig names no cluster.', 'Name a file with --kubeconfig and a context with --context.');
  if (cluster['insecure-skip-tls-verify']) throw new Problem('Your kubeconfig does not check the certificate of the cluster.', 'Put its CA into certificate-authority-data: the portal sends its token to nobody it cannot check.');
  const { server, 'certificate-authority-data': ca, 'tls-server-name': tlsName, 'proxy-url': proxy } = cluster;
  return { server, ...(ca && { 'certificate-authority-data': ca }), ...(tlsName && { 'tls-server-name': tlsName }), ...(proxy && { 'proxy-url': proxy }) };
}

const kubeconfigText = (cluster, token) =>
  JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'portal',
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: ACCOUNT.name, user: { token } }],
    contexts: [{ name: 'portal', context: { cluster: 'cluster', user: ACCOUNT.name } }],
  });

/** What the portal stores: the way in, and the cluster that it leads to. */
export function portalObjects({ name, mode, namespace, allow }, kubeconfig) {
  const secret = { name: `${name}-kubeconfig`, namespace };
  return [
    { apiVersion: 'v1', kind: 'Secret', type: 'fleet.kurator.dev/kubeconfig', metadata: secret, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') } },
    { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Cluster', metadata: { name }, spec: { mode, kubeconfigRef: secret, ...(allow ? { allowedNamespaces: allow.split(',') } : {}) } },
  ];
}

const readyOf = cluster => cluster.status?.conditions?.find(each => each.type === 'Ready');

async function waitUntilReady(portal, { name, wait }) {
  const args = [...portal, 'wait', `cluster.fleet.kurator.dev/${name}`, '--for=condition=Ready', `--timeout=${wait}`];
  const failure = await kubectl(args, '', 'Waiting').then(() => undefined, error => error);
  const cluster = JSON.parse(await kubectl([...portal, 'get', `cluster.fleet.kurator.dev/${name}`, '-o', 'json'], '', 'Reading the Cluster'));
  const ready = readyOf(cluster);
  if (failure && ready?.status !== 'True') throw new Problem(`${name} is not Ready: ${ready ? `${ready.reason}: ${ready.message}` : 'nothing was seen of it yet'}.`, `Look again with: kubectl get cluster.fleet.kurator.dev/${name} -o yaml`);
  return cluster;
}

/** `npm run join`: see HELP. */
export async function join(args) {
  const options = joinOptions(args);
  if (options.help) {
    say(HELP);
    return 0;
  }
  if (options.print) {
    say(bundle(options).trimEnd());
    return 0;
  }
  const portalFile = resolve(options.portal ?? path(options.data, 'portal.kubeconfig'));
  if (!existsSync(portalFile)) throw new Problem(`There is no ${portalFile}.`, 'Name a kubeconfig for the portal with --portal, or the data folder of a running demo with --data.');
  const portal = ['--kubeconfig', portalFile];
  const member = [...(options.kubeconfig ? ['--kubeconfig', resolve(options.kubeconfig)] : []), ...(options.context ? ['--context', options.context] : [])];

  say(`1. Making the account ${ACCOUNT.namespace}/${ACCOUNT.name} in the cluster, with the rights to ${options.mode === 'Manage' ? 'look and place' : 'look'} …`);
  const address = await addressOf(member);
  say((await kubectl([...member, 'apply', '--server-side', '--force-conflicts', '-f', '-'], bundle(options), 'Applying the account')).trimEnd().replace(/^/gm, '   '));
  say(`2. Asking it for a token of that account for ${options.life} …`);
  const token = (await kubectl([...member, 'create', 'token', ACCOUNT.name, '-n', ACCOUNT.namespace, `--duration=${options.life}`], '', 'Asking for a token')).trim();
  say(`3. Writing Secret ${options.namespace}/${options.name}-kubeconfig and Cluster ${options.name} to the portal …`);
  const objects = portalObjects(options, kubeconfigText(address, token));
  for (const object of objects) {
    say(`   ${(await kubectl([...portal, 'apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(object), `Writing the ${object.kind}`)).trim()}`);
  }
  say('4. Waiting until the portal has seen it …');
  const cluster = await waitUntilReady(portal, options);
  say(`${options.name} is joined, mode ${options.mode}: ${readyOf(cluster).message}. Its token is good until ${cluster.status?.credentials?.expiresAt ?? 'revoked'} and renews itself.`);
  for (const { because } of (cluster.status?.findings ?? []).filter(each => each.code === 'RightsMissing')) say(`   Note: ${because}`);
  return 0;
}
