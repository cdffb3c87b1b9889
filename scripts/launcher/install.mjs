import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash } from './contentHash.mjs';
import { needDisk } from './machine.mjs';
import { inRoot, MODULES, ROOT, TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { timed } from './say.mjs';

const STAMP = join(MODULES, '.flotilla-installed');

function manifests() {
  const folders = ['packages', 'plugins', 'stand-ins'].flatMap(parent =>
    readdirSync(inRoot(parent)).map(name => inRoot(parent, name, 'package.json')),
  );
  return [inRoot('package.json'), inRoot('yarn.lock'), inRoot('.yarnrc.yml'), ...folders.sort()];
}

/** Removes source maps: 160 MB of dependencies that only a debugger stepping into them would read. */
export async function dropSourceMaps(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return dropSourceMaps(path);
      return entry.isFile() && entry.name.endsWith('.map') ? rm(path) : undefined;
    }),
  );
}

/** Installs what yarn.lock says, unless exactly that is installed already. */
export async function install({ node, yarn, env }) {
  const hash = contentHash(manifests(), process.platform, process.arch);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  needDisk(ROOT, 2.5, 'installing');
  await timed('Installing dependencies from yarn.lock', async () => {
    rmSync(STAMP, { force: true });
    await runQuietly('Installing dependencies', node, [yarn, 'install', '--immutable'], {
      env: { ...env, YARN_ENABLE_PROGRESS_BARS: '0', YARN_ENABLE_TELEMETRY: '0' },
      log: join(TOOLS, 'logs/install.log'),
      // A package whose retries are used up; Yarn would try the other two thousand before it gives up.
      lost: /^.*(RequestError:|YN0035:).*$/m,
    });
    await dropSourceMaps(MODULES);
    writeFileSync(STAMP, hash);
  });
}
