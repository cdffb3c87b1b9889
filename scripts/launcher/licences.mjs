import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULES } from './paths.mjs';
import { say } from './say.mjs';

// Licences that ask for nothing an Apache-2.0 project does not give anyway.
const ALLOWED = new Set([
  '0BSD', 'AFL-2.1', 'Apache-2.0', 'Artistic-2.0', 'BlueOak-1.0.0', 'BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'CC-BY-3.0', 'CC-BY-4.0', 'CC0-1.0', 'ISC',
  'MIT', 'MIT-0', 'MPL-2.0', 'Python-2.0', 'PostgreSQL', 'Unlicense', 'WTFPL', 'Zlib', 'Public Domain',
]);

/** Packages whose package.json names no licence, and what their licence file or README says. */
const KNOWN = {
  'fast-shallow-equal': 'Unlicense',
  pause: 'MIT',
  'react-universal-interface': 'Unlicense',
  tosource: 'Zlib',
  'valid-url': 'MIT',
};

/** Looked at one by one: not allowed in general, and why it does no harm here. */
const ACCEPTED = {
  // LGPL: builds type declarations; nothing of it is in what is published.
  'rollup-plugin-dts': 'tool',
  // LGPL: comes with Backstage's scaffolder, loaded unchanged from its own package, not published by us.
  '@isomorphic-git/pgp-plugin': 'of Backstage',
};

/** Whether an SPDX expression can be met with allowed licences. */
export function isAllowed(expression) {
  const either = expression.replace(/[()]/g, ' ').split(/\sOR\s/i);
  return either.some(one => one.split(/\sAND\s|\s*\/\s*|,/i).every(name => ALLOWED.has(name.trim().replace(/^Apache 2\.0$|^Apache License.*2\.0$/i, 'Apache-2.0'))));
}

function* installed(modules) {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(modules, entry.name);
    if (entry.name.startsWith('@')) yield* installed(path);
    else if (existsSync(join(path, 'package.json'))) yield path;
    if (existsSync(join(path, 'node_modules'))) yield* installed(join(path, 'node_modules'));
  }
}

function licenceOf(path) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const one = license ?? (Array.isArray(licenses) ? licenses.map(each => each.type ?? each).join(' OR ') : licenses);
  return { name, version, licence: KNOWN[name] ?? one?.type ?? one ?? 'none named' };
}

/** Reads the licence of every installed package. @returns whether all are allowed */
export function checkLicences() {
  const all = [...installed(MODULES)].map(licenceOf);
  const refused = all.filter(({ name, licence }) => !ACCEPTED[name] && !isAllowed(String(licence)));
  for (const { name, version, licence } of refused) say(`  ${name}@${version}: ${licence}`);
  say(`  ${all.length} packages looked at, ${refused.length} refused`);
  return refused.length === 0;
}
