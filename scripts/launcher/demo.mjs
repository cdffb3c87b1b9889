// What the demo consists of, and how the launcher reaches the programs that others own: the one file to change when they do.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { isRealCluster } from '../realClusters.mjs';
import { applyServerSide, createLikeKubectl } from './applyLikeKubectl.mjs';
import { inRoot } from './paths.mjs';

const ARTICLE = inRoot('examples/article');
const CLUSTER_FILE = join(ARTICLE, 'clusters.yaml');
const SIMULATOR = inRoot('packages/simulated-clusters/src/cli.ts');

/** Backstage's own way to run TypeScript. */
export const NODE_TRANSFORM = inRoot('node_modules/@backstage/cli/config/nodeTransform.cjs');

/** The clusters that `--real` runs on real Kubernetes. */
const REAL = ['gpu-cluster-huawei', 'inference-cluster-aliyun', 'data-cluster-onprem'];

// The article's fleet names these Secrets; every other cluster's is called after it.
const SECRET_OF = {
  'huawei-cloud-beijing': 'huawei-kubeconfig-secret',
  'aliyun-shanghai': 'aliyun-kubeconfig-secret',
  'edge-cluster-shenzhen': 'edge-kubeconfig-secret',
};

/** The programs that play the member clusters: names, arguments for Node, log. None with `--empty`. */
export function clusterPrograms({ data, clusters, empty, real }) {
  const simulated = () => ({
    what: 'The simulated clusters',
    args: ['--require', NODE_TRANSFORM, SIMULATOR, 'serve', '--data', data, '--clusters', clusters ?? CLUSTER_FILE, ...(real ? ['--except', REAL.join(',')] : [])],
    log: 'clusters.log',
    ready: /"ready"\s*:\s*true/,
  });
  const kubernetes = () => ({
    what: 'Real Kubernetes',
    args: [inRoot('scripts/realClusters.mjs'), 'start', data, CLUSTER_FILE, ...REAL],
    log: 'real-clusters.log',
    ready: /^ready: /m,
  });
  if (empty) return [];
  return [...(real ? [kubernetes()] : []), simulated()];
}

/** Arguments for Node that break or mend a cluster. */
export const faultProgram = (data, [name, ...what]) =>
  isRealCluster(data, name)
    ? [inRoot('scripts/realClusters.mjs'), 'fault', data, name, ...what]
    : ['--require', NODE_TRANSFORM, SIMULATOR, 'fault', '--data', data, name, ...what];

function manifests(folder, wanted) {
  // The launcher needs nothing; this runs after the dependencies are installed.
  const { parseAllDocuments } = createRequire(inRoot('packages/kube-api/package.json'))('yaml');
  const files = readdirSync(folder).filter(name => wanted.test(name)).sort();
  return files.flatMap(name => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map(document => document.toJS()).filter(Boolean));
}

const kubeconfigSecrets = data =>
  readdirSync(data.file('clusters')).filter(name => name.endsWith('.kubeconfig')).map(name => {
    const cluster = basename(name, '.kubeconfig');
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: SECRET_OF[cluster] ?? `${cluster}-kubeconfig`, namespace: 'kurator-system' },
      type: 'fleet.kurator.dev/kubeconfig',
      data: { kubeconfig: readFileSync(data.file('clusters', name)).toString('base64') },
    };
  });

/** What is stored before the kubeconfigs, as they lie in its namespaces, and what is stored after them. */
function article() {
  const beside = pattern => manifests(join(ARTICLE, 'demo'), pattern);
  return { before: beside(/^namespaces\.yaml$/), after: () => [...beside(/^(?!namespaces\.).*\.yaml$/), ...manifests(ARTICLE, /-.*\.yaml$/)] };
}

/** With clusters of one's own there is no story to tell: they are registered, and that is all. */
const registered = data => ({
  before: [],
  after: () =>
    kubeconfigSecrets(data).map(({ metadata }) => ({
      apiVersion: 'fleet.kurator.dev/v1alpha1',
      kind: 'Cluster',
      metadata: { name: metadata.name.replace(/-kubeconfig$/, '') },
      spec: { mode: 'Manage', kubeconfigRef: metadata, allowedNamespaces: ['default', 'kurator-system'] },
    })),
});

/**
 * Applies the article and what lies beside it, as kubectl does, on the first start with a data folder; later starts leave what
 * was changed or deleted since as it is. Kubeconfigs follow the clusters at every start.
 */
export async function applyDemo(client, data, { clusters }) {
  const done = data.file('demo-applied');
  const first = !existsSync(done);
  const { before, after } = clusters ? registered(data) : article();
  if (first) for (const manifest of before) await createLikeKubectl(client, manifest);
  for (const secret of kubeconfigSecrets(data)) await applyServerSide(client, secret);
  if (!first) return;
  for (const manifest of after()) await createLikeKubectl(client, manifest);
  writeFileSync(done, '');
}
