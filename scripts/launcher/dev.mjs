import { randomBytes } from 'node:crypto';
import { BACKSTAGE_CLI } from './frontend.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { runOpenly } from './processes.mjs';
import { toolchain } from './toolchain.mjs';

/** The pages with hot reload on :3000 and the backend on :7007, databases in memory; for work on the portal itself. */
export async function dev(args) {
  const tools = await toolchain();
  await install(tools);
  const config = ['app-config.yaml', 'app-config.development.yaml'].flatMap(name => ['--config', inRoot(name)]);
  // What is encrypted with it lives in memory, and no longer than this run.
  const keys = JSON.stringify([{ id: 'development', secret: randomBytes(32).toString('base64') }]);
  return runOpenly(tools.node, [BACKSTAGE_CLI, 'repo', 'start', ...config, ...args], { env: { ...tools.env, APP_CONFIG_fleet_encryption_keys: keys } });
}
