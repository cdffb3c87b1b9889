export { explainFix } from './fix';
export { DEFAULT_PROFILE, profileOf, type SchedulingProfileObject } from './profile';
export { render, type PlacementDecisionStatus } from './render';
export { schedule, scheduleCompact } from './schedule';
export { acting, decisionHash, expand, type CompactDecision } from './storage';
export { filtersOf, funnel, groupRejections, needsOf } from './summary';
export * from './types';
