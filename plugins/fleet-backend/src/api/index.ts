export { createRouter } from './createRouter';
export { kubeHandler, listenKube } from './kube';
