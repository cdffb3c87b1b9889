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

/** Adds up the summary lines of jest: `Tests: 1 failed, 2 skipped, 3 passed, 6 total`. */
export function jestCounts(output) {
  const lines = plain(output).match(/^Tests: .*total$/gm) ?? [];
  const number = (line, word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return add(...lines.map(line => ({ passed: number(line, 'passed'), failed: number(line, 'failed'), skipped: number(line, 'skipped') + number(line, 'todo') })));
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
