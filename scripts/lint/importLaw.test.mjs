import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { ESLint } = createRequire(join(root, 'node_modules/@backstage/cli/package.json'))('eslint');
const eslint = new ESLint({ cwd: root });

/** What lint says about `code`, were it the text of that file. */
async function lint(file, code) {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: join(root, file) });
  return messages.filter(message => message.severity === 2).map(message => message.message);
}

const backend = (room, file = 'planted.ts') => `plugins/fleet-backend/src/${room}/${file}`;

const breaches = [
  ['a pure room imports another', backend('scheduler'), "import { x } from '../diff';\nx();", /pure room: it may import model\/ alone/],
  ['a pure room imports from the depth', backend('scheduler/filters'), "import { x } from '../../store/types';\nx();", /pure room/],
  ['a pure room imports types of I/O', backend('model'), "import type { X } from '../store';\nexport type Y = X;", /pure room/],
  ['a pure room imports Node', backend('model'), "import { readFileSync } from 'node:fs';\nreadFileSync('x');", /no Node, no database/],
  ['a pure room imports Knex', backend('diff'), "import { Knex } from 'knex';\nexport type K = Knex;", /no Node, no database/],
  ['a pure room imports Backstage', backend('rollout'), "import { coreServices } from '@backstage/backend-plugin-api';\ncoreServices;", /no Node, no database/],
  ['a pure room runs code of kube-api', backend('diff'), "import { x } from '@flotilla/kube-api';\nx();", /types alone/],
  ['a pure room reads the clock', backend('model'), 'export const f = () => Date.now();', /take "now" as an argument/],
  ['a pure room makes a date of now', backend('edge'), 'export const f = () => new Date();', /take "now" as an argument/],
  ['a pure room rolls dice', backend('scheduler'), 'export const f = () => Math.random();', /same answer twice/],
  ['a pure room waits', backend('policies'), 'export const f = async () => 1;', /no async/],
  ['a pure room asks the environment', backend('addons'), 'export const f = () => process.env.X;', /process belongs into/],
  ['I/O runs code of other I/O', backend('dispatch'), "import { x } from '../clusters';\nx();", /types of other I\/O rooms alone/],
  ['I/O imports the shell', backend('store'), "import { x } from '../reconcile';\nx();", /below the shell/],
  ['the shell imports the API', backend('service'), "import { x } from '../api';\nx();", /does not know HTTP/],
  ['the API imports the store', backend('api'), "import { x } from '../store';\nx();", /asks service\/ alone/],
  ['a file is too long', backend('store'), 'export const a = 1;\n'.repeat(401), /too many lines/],
  ['a function is too long', backend('store'), `export function f() {\n${'  f();\n'.repeat(81)}}`, /too many lines/],
  ['a frontend function is too long', 'plugins/fleet/src/planted.tsx', `export function F() {\n${'  F();\n'.repeat(81)}}`, /too many lines/],
  ['a script function is too long', 'scripts/planted.mjs', `export function f() {\n${'  f();\n'.repeat(81)}}`, /too many lines/],
];

const allowed = [
  ['a pure room imports model and fleet-common', backend('scheduler'), "import { x } from '../model';\nimport { y } from '@flotilla/backstage-plugin-fleet-common';\n\nx(y);"],
  ['a pure room imports types of kube-api', backend('diff'), "import type { KubeObject } from '@flotilla/kube-api';\n\nexport type X = KubeObject;"],
  ['a pure room makes a date of a given time', backend('model'), 'export const f = (now: number) => new Date(now);'],
  ['I/O imports types of other I/O', backend('observe'), "import type { X } from '../clusters';\n\nexport type Y = X;"],
  ['the shell imports I/O', backend('reconcile'), "import { x } from '../dispatch';\n\nx();"],
  ['a test looks over the wall', backend('scheduler', 'planted.test.ts'), "import { x } from '../store';\n\nit('is', () => expect(x).toBe(Date.now()));"],
  ['blank lines and comments are not counted', backend('store'), `export const a = 1;\n${'\n// why\n'.repeat(300)}`],
];

describe('the import law', () => {
  for (const [name, file, code, message] of breaches) {
    it(`says so when ${name}`, async () => {
      const messages = await lint(file, code);
      assert.ok(messages.some(text => message.test(text)), `expected ${message}, lint said: ${messages.join(' | ') || 'nothing'}`);
    });
  }
  for (const [name, file, code] of allowed) {
    it(`is silent when ${name}`, async () => assert.deepEqual(await lint(file, code), []));
  }
});
