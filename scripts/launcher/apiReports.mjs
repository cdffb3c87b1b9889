import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { say } from './say.mjs';

const reportsOf = path => readdirSync(inRoot(path)).filter(name => /^report.*\.api\.md$/.test(name)).map(name => inRoot(path, name));

/** The lines of a report in no order: TypeScript prints the members of an inferred type in one that differs from checkout to checkout. */
const content = text => text.split('\n').map(line => line.trim()).sort().join('\n');

/**
 * Whether the committed reports say what the packages offer. They are written anew, compared, and put back as they were.
 * @param {string[]} packages paths of packages
 * @param {() => Promise<boolean>} write writes the reports of all of them
 */
export async function reportsAreCurrent(packages, write) {
  const before = new Map(packages.flatMap(reportsOf).map(file => [file, readFileSync(file, 'utf8')]));
  let current = await write();
  for (const file of packages.flatMap(reportsOf)) {
    const text = readFileSync(file, 'utf8');
    if (before.has(file)) writeFileSync(file, before.get(file));
    if (content(before.get(file) ?? '') === content(text)) continue;
    current = false;
    say(`  ${file} is not what the package offers now: run \`npm run check -- --fix\` and commit it`);
  }
  return current;
}
