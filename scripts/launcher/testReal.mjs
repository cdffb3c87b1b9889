import { add, NONE, one } from './counts.mjs';
import { install } from './install.mjs';
import { Problem } from './problem.mjs';
import { PARTS } from './realParts.mjs';
import { say, sayProblem, timed } from './say.mjs';
import { runJest, runScriptTests } from './test.mjs';
import { testArticleCounts } from './testArticle.mjs';
import { toolchain } from './toolchain.mjs';

const LIMIT_MINUTES = 15;

async function testAgainst(tools, { name, open, tests, script }) {
  const { missing, env, close } = await open(tools);
  if (missing) {
    say(`skipped: tests against ${name}: ${missing}`);
    return one(undefined);
  }
  try {
    const ofPackages = await runJest(tools, ['--passWithNoTests', ...tests], env, LIMIT_MINUTES);
    return script ? add(ofPackages, await runScriptTests(tools, file => file.endsWith(script), LIMIT_MINUTES)) : ofPackages;
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

/** Runs the tests that need more than this checkout, with what the machine has; says what it skips and why. @param {string[]} wanted parts; none is all but those that are run by name only */
export async function testRealAll(wanted) {
  const runs = {
    ...Object.fromEntries(PARTS.map(part => [part.key, [`Tests against ${part.name}`, tools => testAgainst(tools, part)]])),
    article: ['The article on simulated clusters', tools => testArticleCounts(tools, [], LIMIT_MINUTES)],
  };
  const unknown = wanted.find(key => !runs[key]);
  if (unknown) throw new Problem(`There is no part "${unknown}".`, `There are: ${Object.keys(runs).join(', ')}.`);
  const tools = await toolchain();
  await install(tools);
  let counts = NONE;
  const usual = Object.keys(runs).filter(key => !PARTS.some(part => part.key === key && part.onlyByName));
  for (const key of wanted.length ? wanted : usual) {
    const [name, run] = runs[key];
    counts = add(counts, await counted(name, () => run(tools)));
  }
  return counts;
}

export async function testReal(args) {
  const { passed, failed, skipped } = await testRealAll(args);
  say(`\nnpm run test:real: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed ? 1 : 0;
}
