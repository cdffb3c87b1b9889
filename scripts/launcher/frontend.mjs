import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from './contentHash.mjs';
import { dropSourceMaps } from './install.mjs';
import { inRoot, TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { timed } from './say.mjs';

export const BACKSTAGE_CLI = inRoot('node_modules/@backstage/cli/bin/backstage-cli');

const APP = inRoot('packages/app');
const STAMP = join(APP, 'dist/.flotilla-built');
// What ends up in the pages.
const SOURCES = ['packages/app', 'plugins/fleet', 'plugins/fleet-react', 'plugins/fleet-common', 'yarn.lock'].map(path => inRoot(path));

/** Builds the pages, unless exactly these sources are built already. */
export async function buildFrontend({ node, env }) {
  const hash = contentHash(SOURCES);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  await timed('Building the pages', async () => {
    await runQuietly('Building the pages', node, [BACKSTAGE_CLI, 'package', 'build'], { cwd: APP, env, log: join(TOOLS, 'logs/build.log') });
    await dropSourceMaps(join(APP, 'dist'));
    writeFileSync(STAMP, hash);
  });
}
