export { createKubeHandler } from './handler';
export type { KubeHandler, KubeHandlerOptions, KubeLimits, ProxyCall } from './handler';
export { readBody } from './body';
export type { RawBody } from './body';
export type { LogError } from './answer';
export type { Access, AccessAttributes } from './reviews';
export { Turnstile } from './turnstile';
export type { TurnstileLimits } from './turnstile';
