/**
 * The fleet pages for apps of the old frontend system.
 *
 * @packageDocumentation
 */
import { createApiFactory, createPlugin, createRoutableExtension, discoveryApiRef, fetchApiRef } from '@backstage/core-plugin-api';
import { FleetClient } from './api/FleetClient';
import { fleetApiRef } from './api/FleetApi';
import { fleetRouteRef } from './routes';

/** @public */
export const fleetPlugin = createPlugin({
  id: 'fleet',
  apis: [createApiFactory({ api: fleetApiRef, deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef }, factory: deps => new FleetClient(deps) })],
  routes: { root: fleetRouteRef },
});

/** All pages: `<Route path="/fleet" element={<FleetPage />} />`. @public */
export const FleetPage = fleetPlugin.provide(createRoutableExtension({ name: 'FleetPage', component: () => import('./shell/FleetShell').then(m => m.FleetShell), mountPoint: fleetRouteRef }));
