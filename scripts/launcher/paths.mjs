import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Node and Yarn, when the machine has no fitting ones; git ignores it. */
export const TOOLS = join(ROOT, '.flotilla-tools');
export const MODULES = join(ROOT, 'node_modules');

export const inRoot = (...parts) => join(ROOT, ...parts);
