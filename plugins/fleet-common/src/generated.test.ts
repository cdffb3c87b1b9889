import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

describe('generated files', () => {
  it('are what crds/*.yaml makes', () => {
    const script = join(__dirname, '../scripts/generate.mjs');
    // Fails with the script's own words when a file is stale.
    expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8', env: { PATH: process.env.PATH } })).toBe('');
  });
});
