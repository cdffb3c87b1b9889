export * from './types';
export * from './storage';
export * from './errors';
export * from './selectors';
export * from './service';
export { createRegistry, apiVersionOf, splitApiVersion } from './registry';
export type { CrdSpec, CrdVersion, KindFilter, Registry, RegistryOptions } from './registry';
export { createResourceService, systemContext } from './resourceService';
export type { ResourceServiceOptions } from './resourceService';
export { followCrds } from './verbs/followCrds';
export { fillDefaults, validateObject } from './verbs/check';
export { decodeObject } from './verbs/decodeObject';
export { timestamp } from './verbs/deps';
export * from './http';
export * from './tls';
export * from './controllers';
export { MemoryStorage, inRange } from './memoryStorage';
export type { MemoryStorageOptions, StorageEntries } from './memoryStorage';
export { decodeContinue, encodeContinue } from './continueToken';
export type { ContinueToken } from './continueToken';
export { serveInMemory, kubeconfigOf } from './testing/serveInMemory';
export { evaluateJsonPath, parseJsonPath } from './tables/jsonPath';
export { ageOf, humanDuration } from './tables/age';
export { summarizePod } from './tables/pods';
export type { PodSummary } from './tables/pods';
export { builtinColumns, toTable } from './tables/table';
export {
  canonicalQuantity,
  compareQuantities,
  isExtendedResource,
  parseQuantity,
  selects,
  validateLabelSelector,
  validatePodSpec,
  validatePodTemplate,
  validateResources,
  validateTolerations,
} from './kinds';
export type { PodTemplateRules } from './kinds';
export { applyDefaults, causes, equal, shapeOf, validate } from './schema';
export { readYaml } from './http/yaml';
