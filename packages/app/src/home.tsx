import { createFrontendModule, PageBlueprint } from '@backstage/frontend-plugin-api';
import { Navigate } from 'react-router-dom';

/** The portal opens on what it is for. */
export const home = createFrontendModule({
  pluginId: 'app',
  extensions: [
    PageBlueprint.make({ name: 'home', params: { path: '/', loader: async () => <Navigate to="/fleet" replace /> } }),
  ],
});
