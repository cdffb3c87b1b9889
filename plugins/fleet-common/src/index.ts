/**
 * Words that every fleet plugin shares: kinds, permissions, names, scores. Runs in browser and backend alike.
 *
 * @packageDocumentation
 */
export * from './combineScores';
export * from './conditions';
export * from './connect';
export * from './crds.generated';
export * from './decision';
export * from './imports';
export * from './kinds.generated';
export * from './labels';
export * from './objects';
export * from './permissions';
export * from './reasons';
export * from './routes';
export * from './targetKey';
export * from './views';
