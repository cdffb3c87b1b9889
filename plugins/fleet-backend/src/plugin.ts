import { createBackendPlugin } from '@backstage/backend-plugin-api';

/** Joins the rooms of the fleet backend. */
export const fleetPlugin = createBackendPlugin({
  pluginId: 'fleet',
  register(plugin) {
    plugin.registerInit({ deps: {}, async init() {} });
  },
});
