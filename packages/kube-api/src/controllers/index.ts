export { startEventExpiry } from './eventExpiry';
export type { EventExpiryOptions } from './eventExpiry';
export { startGarbageCollector } from './garbageCollector';
export { startNamespaceController } from './namespaceController';
export type { ControllerOptions } from './follow';
