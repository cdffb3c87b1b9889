export { apiVersionOf, splitApiVersion } from './builtinInfos';
export type { KindFilter } from './builtinInfos';
export type { CrdSpec, CrdVersion } from './crdInfos';
export { createRegistry } from './registry';
export type { Registry, RegistryOptions } from './registry';
