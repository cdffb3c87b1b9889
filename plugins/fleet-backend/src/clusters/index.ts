export * from './types';
export { createClusterDirectory, type DirectoryOptions } from './directory';
export { heard } from './failure';
export { readKubeconfig, type KubeconfigReading } from './kubeconfig';
export { withToken } from './renewKubeconfig';
export { missingRights } from './rights';
export { refuseHost, type AddressPolicy } from './urlSafety';
