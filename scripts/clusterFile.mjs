/**
 * What a cluster file (examples/article/clusters.yaml) means is said once, in the TypeScript of the simulated clusters; the
 * real clusters take their nodes and background load from there.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * @typedef {import('../packages/simulated-clusters/src/clusterFile').ClusterSpec} ClusterSpec
 * @returns {typeof import('../packages/simulated-clusters/src/clusterFile')} loaded as Backstage loads TypeScript: only now,
 *   as the launcher imports this file before anything is installed
 */
export function clusterFile() {
  require('@backstage/cli/config/nodeTransform.cjs');
  return require('../packages/simulated-clusters/src/clusterFile.ts');
}
