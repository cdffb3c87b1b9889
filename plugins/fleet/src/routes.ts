import { createRouteRef } from '@backstage/core-plugin-api';

/** Root of the fleet pages. A ref of core-plugin-api works in both frontend systems. @public */
export const fleetRouteRef = createRouteRef({ id: 'fleet' });
