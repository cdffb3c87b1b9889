import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './paths.mjs';

const IGNORED = new Set(['node_modules', 'dist', 'dist-types', 'coverage']);

/** Every file below a path, in an order that does not depend on the file system. */
export function* filesBelow(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path).sort()) if (!IGNORED.has(entry)) yield* filesBelow(join(path, entry));
}

/** One hash of names and contents of all files below the given paths. */
export function contentHash(paths, ...more) {
  const hash = createHash('sha256').update(more.join('\0'));
  for (const path of paths) {
    for (const file of filesBelow(path)) hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
