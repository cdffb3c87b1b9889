export * from './types';
export { createClusterObserver, type ObserverOptions } from './observer';
export { systemClock, type Clock } from './clock';
export { targetOf } from './ours';
