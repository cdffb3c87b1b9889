// The browser that tests and pictures use.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackage } from './debianPackage.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const onPath = name => (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, name)).find(file => existsSync(file));
const find = () => process.env.FLOTILLA_TEST_BROWSER ?? NAMES.map(onPath).find(Boolean);

/**
 * Finds Chromium, and installs it where that is possible without asking.
 * @returns {Promise<{path?: string, missing?: string}>} where it is, or why it is not there
 */
export async function findChromium() {
  const why = find() ? undefined : await installDebianPackage('chromium');
  const path = find();
  return path ? { path } : { missing: `Chromium is not on this machine: ${why}` };
}
