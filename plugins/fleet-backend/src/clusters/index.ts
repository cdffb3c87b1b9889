export * from './types';
export { createClusterDirectory, type DirectoryOptions } from './directory';
export { readKubeconfig, type KubeconfigReading } from './kubeconfig';
export type { AddressPolicy } from './urlSafety';
