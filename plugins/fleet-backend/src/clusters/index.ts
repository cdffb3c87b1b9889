export * from './types';
export { createClusterDirectory, type DirectoryOptions } from './directory';
export { readKubeconfig, type KubeconfigReading } from './kubeconfig';
export { refuseHost, type AddressPolicy } from './urlSafety';
