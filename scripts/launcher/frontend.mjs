import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './contentHash.mjs';
import { dropSourceMaps } from './install.mjs';
import { inRoot, TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { timed } from './say.mjs';

export const BACKSTAGE_CLI = inRoot('node_modules/@backstage/cli/bin/backstage-cli');

const APP = inRoot('packages/app');
/** Is there when the pages are built, and not while they are being built. */
export const PAGES_BUILT = join(APP, 'dist/.flotilla-built');
// What ends up in the pages.
const SOURCES = ['packages/app', 'plugins/fleet', 'plugins/fleet-react', 'plugins/fleet-common', 'yarn.lock'].map(path => inRoot(path));

/**
 * Builds the pages, unless exactly these sources are built already.
 * @returns {Promise<void>} pending while they are built; PAGES_BUILT is as it says from the call on
 */
export async function buildFrontend({ node, env }) {
  const hash = contentHash(SOURCES);
  if (existsSync(PAGES_BUILT) && readFileSync(PAGES_BUILT, 'utf8') === hash) return;
  rmSync(PAGES_BUILT, { force: true });
  await timed('Building the pages', async () => {
    await runQuietly('Building the pages', node, [BACKSTAGE_CLI, 'package', 'build'], { cwd: APP, env, log: join(TOOLS, 'logs/build.log') });
    await dropSourceMaps(join(APP, 'dist'));
    writeFileSync(PAGES_BUILT, hash);
  });
}
