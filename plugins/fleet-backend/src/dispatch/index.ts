export * from './types';
export { applyObject } from './applyObject';
export { dispatchWork, type Batch, type DispatchOptions, type Task, type TaskResult } from './dispatchWork';
export { ensureNamespace, removeNamespaceIfOursAndEmpty, type NamespaceResult, type TidyResult } from './namespaces';
export { removeObject, type Removal } from './removeObject';
export type { Trace } from './trace';
