import { spawn } from 'node:child_process';
import type { Said } from './writeAndWatch';

/** A backend process of a test: what it has said so far, and its end. */
export interface BackendProcess {
  pid: number;
  said: Said[];
  /** Resolves with its exit code or signal. */
  ended: Promise<number | string>;
  /** kill -9 */
  kill(): void;
}

/** @param args - the address of the database, the task, and how much of it; see writeAndWatch */
export function startBackend(...args: string[]): BackendProcess {
  const transform = require.resolve('@backstage/cli/config/nodeTransform.cjs');
  const child = spawn(process.execPath, ['--no-warnings', '--require', transform, require.resolve('./writeAndWatch'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Said[] = [];
  let rest = '';
  child.stdout.on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    // The last line may be cut.
    rest = lines.pop()!;
    for (const line of lines) said.push(JSON.parse(line));
  });
  const ended = new Promise<number | string>(resolve => child.once('close', (code, signal) => resolve(code ?? signal!)));
  return { pid: child.pid!, said, ended, kill: () => child.kill('SIGKILL') };
}
