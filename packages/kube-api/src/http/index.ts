export { createKubeHandler } from './handler';
export type { KubeHandler, KubeHandlerOptions, KubeLimits } from './handler';
export type { LogError } from './answer';
export type { Access, AccessAttributes } from './reviews';
export { Turnstile } from './turnstile';
export type { TurnstileLimits } from './turnstile';
