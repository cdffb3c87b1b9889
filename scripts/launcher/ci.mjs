import { checkAll } from './check.mjs';
import { add, one } from './counts.mjs';
import { say, sayProblem } from './say.mjs';
import { testAll } from './test.mjs';
import { testRealAll } from './testReal.mjs';

/** A part that breaks off counts as one failure, and the others are run all the same. */
async function counted(name, part) {
  try {
    const counts = await part([]);
    say(`\n${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    return counts;
  } catch (error) {
    sayProblem(error);
    return one(false);
  }
}

/** What has to be green before a change lands; the last line sums it up. */
export async function ci() {
  const total = add(
    await counted('npm test', testAll),
    await counted('npm run check', checkAll),
    await counted('npm run test:real', testRealAll),
  );
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed || !total.passed ? 1 : 0;
}
