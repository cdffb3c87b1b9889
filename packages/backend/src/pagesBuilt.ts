import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendModule } from '@backstage/backend-plugin-api';

const POLL_MS = 200;

/**
 * `npm start` builds the pages while the backend starts: the plugin that serves them waits for the file that
 * FLOTILLA_PAGES_BUILT names, the others do not. Without that variable nothing waits.
 */
export const pagesBuilt = createBackendModule({
  pluginId: 'app',
  moduleId: 'pages-built',
  register(env) {
    env.registerInit({
      deps: {},
      async init() {
        const file = process.env.FLOTILLA_PAGES_BUILT;
        while (file && !existsSync(file)) await sleep(POLL_MS);
      },
    });
  },
});
