import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Ended {
  out: string;
  err: string;
  code: number;
}

const LIMIT_MS = 90_000;

/** Splits a line into words as a shell does with single quotes alone. */
const wordsOf = (line: string) => line.match(/(?:'[^']*'|[^\s'])+/g)!.map(word => word.replace(/'/g, ''));

/** A command-line program in a folder of its own, told everything by one environment. */
export class Program {
  constructor(
    private readonly path: string,
    private readonly folder: string,
    private readonly environment: Record<string, string>,
    private readonly first: string[] = [],
  ) {}

  /** Output, error and exit code of one command; files are named relative to the folder. */
  run(line: string, environment: Record<string, string> = {}): Promise<Ended> {
    const env = { PATH: process.env.PATH!, HOME: this.folder, ...this.environment, ...environment };
    return new Promise(resolve => {
      execFile(this.path, [...this.first, ...wordsOf(line)], { cwd: this.folder, env, timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
        resolve({ out, err, code: error ? Number(error.code ?? 1) : 0 }),
      );
    });
  }

  /** The output of a command that must end well. */
  async succeed(line: string, environment?: Record<string, string>): Promise<string> {
    const { out, err, code } = await this.run(line, environment);
    if (code !== 0) throw new Error(`${line} ended with ${code}: ${err}${out}`);
    return out;
  }

  /** Starts a command that goes on until it is told to end. */
  start(line: string): Running {
    const env = { PATH: process.env.PATH!, HOME: this.folder, ...this.environment };
    return new Running(spawn(this.path, [...this.first, ...wordsOf(line)], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }
}

/** A program that runs, and the lines it has written. */
export class Running {
  readonly lines: string[] = [];
  err = '';
  readonly #ended: Promise<unknown>;

  constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    createInterface({ input: child.stdout }).on('line', line => this.lines.push(line));
    child.stderr.on('data', text => (this.err += text));
    this.#ended = new Promise(resolve => child.once('close', resolve));
  }

  /** Waits for a line. @param from - how many lines to pass over. @returns the line @throws Error with all that was written */
  async line(wanted: (line: string) => boolean, from = 0, ms = LIMIT_MS): Promise<string> {
    for (const deadline = Date.now() + ms; Date.now() < deadline; await new Promise(resolve => setTimeout(resolve, 50))) {
      const found = this.lines.slice(from).find(wanted);
      if (found !== undefined) return found;
    }
    throw new Error(`not said within ${ms} ms: ${wanted}\n${this.lines.join('\n')}\n${this.err}`);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.#ended;
  }
}
