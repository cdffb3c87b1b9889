/**
 * Pages of the fleet for the new frontend system; `./legacy` has the same pages for the old one.
 *
 * @packageDocumentation
 */
export { fleetPlugin as default } from './plugin';
export { fleetApiRef, type FleetApi, type ListQuery, type PlacementName } from './api/FleetApi';
export { fleetRouteRef } from './routes';
export { fleetTranslationRef } from './translation';
