export { registerImportWorkloads } from './actions/importWorkloads';
export { registerJoinCluster } from './actions/joinCluster';
export { createRouter } from './createRouter';
export { kubeHandler, listenKube } from './kube';
