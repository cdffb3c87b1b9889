// Installs packages that tests need, where that is possible without asking: as root on Debian and what is made of it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const APT = '/usr/bin/apt-get';
const MINUTES = 60_000;

/**
 * Installs a Debian package.
 * @returns {Promise<string | undefined>} why it could not be; undefined when it is there
 */
export async function installDebianPackage(name) {
  if (process.platform !== 'linux' || !existsSync(APT)) return `install it (Debian: apt-get install ${name})`;
  if (process.getuid() !== 0) return `install it: sudo apt-get install ${name}`;
  const apt = args => run(APT, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 5 * MINUTES, maxBuffer: 64 << 20 });
  try {
    await apt(['update', '-q']);
    await apt(['install', '-qy', '--no-install-recommends', name]);
  } catch (error) {
    return `apt-get could not install ${name}: ${(error.stderr || error.message).trim().split('\n').pop()}`;
  }
  return undefined;
}
