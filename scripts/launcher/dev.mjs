import { BACKSTAGE_CLI } from './frontend.mjs';
import { install } from './install.mjs';
import { runOpenly } from './processes.mjs';
import { toolchain } from './toolchain.mjs';

/** The pages with hot reload on :3000 and the backend on :7007, databases in memory; for work on the portal itself. */
export async function dev(args) {
  const tools = await toolchain();
  await install(tools);
  return runOpenly(tools.node, [BACKSTAGE_CLI, 'repo', 'start', ...args], { env: tools.env });
}
