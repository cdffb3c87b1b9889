import { add, NONE, one } from './counts.mjs';
import { install } from './install.mjs';
import { PARTS } from './realParts.mjs';
import { say, sayProblem, timed } from './say.mjs';
import { runJest, runScriptTests } from './test.mjs';
import { testArticleCounts } from './testArticle.mjs';
import { toolchain } from './toolchain.mjs';

const LIMIT_MINUTES = 15;

async function testAgainst(tools, { name, open, tests, script }, args) {
  const { missing, env, close } = await open(tools);
  if (missing) {
    say(`skipped: tests against ${name}: ${missing}`);
    return one(undefined);
  }
  try {
    const ofPackages = await runJest(tools, ['--passWithNoTests', ...tests, ...args], env, LIMIT_MINUTES);
    return script && !args.length ? add(ofPackages, await runScriptTests(tools, file => file.endsWith(script), LIMIT_MINUTES)) : ofPackages;
  } finally {
    await close?.();
  }
}

/** A part that cannot be brought up though it is there is a failure; the others are tested all the same. */
const counted = (name, run) =>
  timed(name, async () => {
    try {
      return await run();
    } catch (error) {
      sayProblem(error);
      return one(false);
    }
  });

/** Runs the tests that need more than this checkout, with what the machine has; says what it skips and why. */
export async function testRealAll(args) {
  const tools = await toolchain();
  await install(tools);
  let counts = NONE;
  for (const part of PARTS) counts = add(counts, await counted(`Tests against ${part.name}`, () => testAgainst(tools, part, args)));
  if (!args.length) counts = add(counts, await counted('The article on simulated clusters', () => testArticleCounts(tools, [], LIMIT_MINUTES)));
  return counts;
}

export async function testReal(args) {
  const { passed, failed, skipped } = await testRealAll(args);
  say(`\nnpm run test:real: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed ? 1 : 0;
}
