/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** @type {Counts} */
export const NONE = { passed: 0, failed: 0, skipped: 0 };

/** @param {...Counts} all */
export const add = (...all) =>
  all.reduce((sum, { passed, failed, skipped }) => ({ passed: sum.passed + passed, failed: sum.failed + failed, skipped: sum.skipped + skipped }), NONE);

/** One check, or one thing that cannot be checked here (`undefined`). @returns {Counts} */
export const one = passed => ({ passed: passed === true ? 1 : 0, failed: passed === false ? 1 : 0, skipped: passed === undefined ? 1 : 0 });

// eslint-disable-next-line no-control-regex -- what terminals are told in colour
const plain = output => output.replace(/\u001b\[[0-9;]*m/g, '');

/** The test files in which a worker of jest was killed instead of failing. @param {object} [results] as `jest --json` writes them */
export const crashedSuites = results => (results?.testResults ?? []).filter(({ message }) => /jest worker process .*was terminated by another process/.test(message ?? '')).map(({ name }) => name);

/** What jest says of its tests; a file that cannot even be loaded counts as one failure. @param {string[]} except files that do not count */
export function jestCounts(results, except) {
  if (!results) return NONE;
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + Math.max(0, results.numRuntimeErrorTestSuites - except.length),
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

/** The last line of a test of ours: `1 passed, 0 failed, 2 skipped`. */
export function lastLineCounts(output) {
  const [, passed, failed, skipped] = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(plain(output)) ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) };
}

/** Adds up the summary of Node's own test runner. */
export function nodeTestCounts(output) {
  const number = word => [...plain(output).matchAll(new RegExp(`^ℹ ${word} (\\d+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0);
  return { passed: number('pass'), failed: number('fail') + number('cancelled'), skipped: number('skipped') + number('todo') };
}
