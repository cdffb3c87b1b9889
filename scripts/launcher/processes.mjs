import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { inRoot, ROOT } from './paths.mjs';
import { diagnose, Problem } from './problem.mjs';

const FOLLOW = inRoot('scripts/launcher/followLauncher.cjs');
// Ends within 8 s as a whole: what has not ended by itself after this is killed.
const GRACE_MS = 5500;

const running = new Set();
let ending;

function launch(node, args, { env, cwd = ROOT, stdio }) {
  if (ending) throw new Problem('Ending.', '');
  // The channel is how a child notices that the launcher is gone, even if it was killed without a chance to say so.
  const child = spawn(node, ['--require', FOLLOW, ...args], { cwd, env: { ...process.env, ...env, FLOTILLA_FOLLOW: '1' }, stdio: [...stdio, 'ipc'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

const exited = child =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

/** Opens a log for writing; the one of the run before is kept beside it. */
function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  try {
    renameSync(file, `${file}.before`);
  } catch {
    // There was none.
  }
  return openSync(file, 'w', 0o600);
}

const tail = file => readFileSync(file, 'utf8').slice(-8000);

function explain(what, { code, signal }, output) {
  const problem = diagnose(what, output);
  if (signal === 'SIGKILL' || code === 137) {
    return new Problem(`${what} was killed from outside.`, 'Most often the machine ran out of memory; about 2 GB of free memory are needed.', problem.evidence);
  }
  return problem;
}

/**
 * Runs a program of ours to its end, its output in a log. One that goes on for minutes after all is lost is ended at the first
 * line that fits `lost`.
 * @throws Problem with what its last lines mean
 */
export async function runQuietly(what, node, args, { log, lost, ...options }) {
  const fd = openLog(log);
  const child = launch(node, args, { ...options, stdio: ['ignore', fd, fd] });
  let shows;
  const watch = lost && setInterval(() => (shows ??= lost.exec(tail(log))?.[0]) && stopOne(child), 1000);
  const end = await exited(child).finally(() => closeSync(fd));
  clearInterval(watch);
  if (shows) throw diagnose(what, shows);
  if (end.code !== 0) throw explain(what, end, tail(log));
}

/** Runs a program with the terminal as its output. @returns its exit code */
export async function runOpenly(node, args, options = {}) {
  const { code } = await exited(launch(node, args, { ...options, stdio: ['inherit', 'inherit', 'inherit'] }));
  return code ?? 1;
}

/**
 * Runs a program, its output on the terminal and returned. After `limitMinutes` it is ended, which is a failure.
 * @returns {Promise<{code: number, output: string}>}
 */
export async function runAndRead(node, args, { limitMinutes, ...options } = {}) {
  const child = launch(node, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    from.on('data', chunk => {
      output += chunk;
      to.write(chunk);
    });
  }
  const timer = limitMinutes && setTimeout(() => stopOne(child, `not done after ${limitMinutes} minutes`), limitMinutes * 60_000);
  const { code } = await exited(child);
  clearTimeout(timer);
  return { code: code ?? 1, output };
}

/**
 * Starts a program that runs until the launcher ends it.
 * @returns {{ failed: Promise<never>, stop(): Promise<void> }} `failed` rejects with a Problem if it ends by itself
 */
export function startInBackground(what, node, args, { log, ...options }) {
  const fd = openLog(log);
  const child = launch(node, args, { ...options, stdio: ['ignore', fd, fd] });
  closeSync(fd);
  let stopped;
  const failed = exited(child).then(end => {
    if (ending || stopped) return new Promise(() => {});
    throw explain(`${what} (log: ${basename(log)})`, end, tail(log));
  });
  failed.catch(() => {});
  return { failed, stop: () => (stopped ??= stopOne(child)) };
}

/** Ends one program: politely first, then not. */
async function stopOne(child, why) {
  if (why) process.stderr.write(`${why}: ended\n`);
  if (!running.has(child)) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  clearTimeout(timer);
}

/** Ends everything that was started: politely first, then not. */
export function endAll() {
  ending ??= (async () => {
    const children = [...running];
    const gone = Promise.all(children.map(child => new Promise(resolve => child.once('exit', resolve))));
    children.forEach(child => child.kill('SIGTERM'));
    const timer = setTimeout(() => [...running].forEach(child => child.kill('SIGKILL')), GRACE_MS);
    if (running.size) await gone;
    clearTimeout(timer);
  })();
  return ending;
}
