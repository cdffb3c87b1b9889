import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whether a program can be started here at all. */
export const hasProgram = (name: string, ...args: string[]): boolean => spawnSync(name, args, { stdio: 'ignore' }).status === 0;

export interface Finished {
  code: number | null;
  /** Of both streams, as a person sees it. */
  text: string;
}

/** A command that is still running. */
export interface Running {
  finished: Promise<Finished>;
  /** Waits for a part of its output. @throws Error when it ends before, or at its time limit */
  says(what: RegExp): Promise<RegExpExecArray>;
  stop(): void;
}

const LIMIT_MS = 90_000;

/**
 * The terminal of somebody who never used this portal: a home of its own. Packages in `installed` are found by npx as if they had been
 * fetched, so that nothing is fetched.
 */
export class Terminal {
  readonly home = mkdtempSync(join(tmpdir(), 'terminal-'));
  readonly #running = new Set<Running>();

  constructor(installed: { name: string; bin: string }[]) {
    writeFileSync(join(this.home, 'package.json'), '{"name":"home","version":"1.0.0"}');
    const modules = join(this.home, 'node_modules');
    for (const { name, bin } of installed) {
      const folder = dirname(require.resolve(`${name}/package.json`));
      for (const link of [join(modules, name), join(modules, '.bin', bin)]) mkdirSync(dirname(link), { recursive: true });
      symlinkSync(folder, join(modules, name));
      symlinkSync(join(folder, require(`${name}/package.json`).bin), join(modules, '.bin', bin));
    }
  }

  /** Starts a line of shell. */
  start(line: string): Running {
    // What npm and jest tell their children is none of this person's.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|XDG_|KUBE|INIT_CWD)/i.test(name)));
    const child = spawn('sh', ['-c', line], { cwd: this.home, env: { ...env, HOME: this.home }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let text = '';
    const listeners = new Set<() => void>();
    const add = (chunk: Buffer) => {
      text += chunk;
      listeners.forEach(listener => listener());
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    const stop = () => {
      // The group: sh has children of its own.
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM');
    };
    const timer = setTimeout(stop, LIMIT_MS);
    const finished = new Promise<Finished>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', code => {
        clearTimeout(timer);
        this.#running.delete(running);
        resolve({ code, text });
      });
    });
    const says = (what: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const look = () => {
          const match = what.exec(text);
          if (match) resolve(match);
        };
        listeners.add(look);
        look();
        finished.then(() => reject(new Error(`"${line}" ended and never said ${what}:\n${text}`)), reject);
      });
    const running: Running = { finished, says, stop };
    this.#running.add(running);
    return running;
  }

  run = (line: string): Promise<Finished> => this.start(line).finished;

  /** Ends what still runs, and takes the home away. */
  async close(): Promise<void> {
    const left = [...this.#running];
    left.forEach(({ stop }) => stop());
    await Promise.all(left.map(({ finished }) => finished));
    rmSync(this.home, { recursive: true, force: true });
  }
}
