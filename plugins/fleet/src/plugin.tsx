import { ApiBlueprint, createFrontendPlugin, discoveryApiRef, fetchApiRef, PageBlueprint } from '@backstage/frontend-plugin-api';
import { FLEET_PLUGIN_ID, FLEET_ROOT } from '@flotilla/backstage-plugin-fleet-common';
import { RiShipLine } from '@remixicon/react';
import { FleetClient } from './api/FleetClient';
import { fleetApiRef } from './api/FleetApi';
import { fleetRouteRef } from './routes';

const fleetApi = ApiBlueprint.make({
  params: define =>
    define({
      api: fleetApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new FleetClient(deps),
    }),
});

// One page for all routes: its own header holds tabs, search and freshness.
const fleetPage = PageBlueprint.make({
  params: {
    path: FLEET_ROOT,
    title: 'Flotilla',
    icon: <RiShipLine />,
    routeRef: fleetRouteRef,
    noHeader: true,
    loader: () => import('./shell/FleetShell').then(({ FleetShell }) => <FleetShell />),
  },
});

/** The fleet plugin for the new frontend system. @public */
export const fleetPlugin = createFrontendPlugin({
  pluginId: FLEET_PLUGIN_ID,
  title: 'Flotilla',
  icon: <RiShipLine />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: fleetRouteRef },
  extensions: [fleetApi, fleetPage],
});
