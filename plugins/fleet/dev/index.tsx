import { ApiBlueprint, createFrontendModule } from '@backstage/frontend-plugin-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import { fleetApiRef } from '../src/api/FleetApi';
import fleetPlugin from '../src';
import { fixtureApi } from '../src/testing/fixtureApi';

// The pages alone, on fixtures: `yarn start` in this folder, then open /fleet.
const fixtures = createFrontendModule({
  pluginId: 'fleet',
  extensions: [ApiBlueprint.make({ params: define => define({ api: fleetApiRef, deps: {}, factory: () => fixtureApi() }) })],
});

createDevApp({ features: [fleetPlugin, fixtures] });
