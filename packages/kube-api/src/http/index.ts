export { createKubeHandler } from './handler';
export type { KubeHandler, KubeHandlerOptions, KubeLimits, ProxyCall } from './handler';
export { readBody } from './body';
export type { RawBody } from './body';
export type { LogError } from './answer';
export type { Access, AccessAttributes, Rules } from './reviews';
export type { Impersonation } from './impersonation';
export { Turnstile } from './turnstile';
export type { TurnstileLimits } from './turnstile';
