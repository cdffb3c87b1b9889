import { add, lastLineCounts, one } from './counts.mjs';
import { install } from './install.mjs';
import { inRoot } from './paths.mjs';
import { runAndRead } from './processes.mjs';
import { toolchain } from './toolchain.mjs';

/** The article's way from kubectl to the clusters, on a demo of its own. @returns {Promise<import('./counts.mjs').Counts>} */
export async function testArticleCounts(tools, args, limitMinutes = undefined) {
  const { code, output } = await runAndRead(tools.node, [inRoot('scripts/testArticle.mjs'), ...args], { env: tools.env, limitMinutes });
  const counts = lastLineCounts(output);
  return code !== 0 && counts.failed === 0 ? add(counts, one(false)) : counts;
}

/** `npm run test:article [-- --real]` */
export async function testArticle(args) {
  const tools = await toolchain();
  await install(tools);
  const { failed } = await testArticleCounts(tools, args);
  return failed ? 1 : 0;
}
