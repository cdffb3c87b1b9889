import { createBackend } from '@backstage/backend-defaults';

/** The fleet plugin alone, with permissions as the configuration says: `yarn start` in this folder with `--config` of your own. */
const backend = createBackend();
backend.add(import('@backstage/plugin-events-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('../src'));
backend.start();
