// What `npm start`, `npm test` and their like call. Needs nothing but Node 20 or newer and npm; scripts/README.md says how it works.
import { setTimeout as sleep } from 'node:timers/promises';
import { endAll } from './launcher/processes.mjs';
import { say, sayProblem } from './launcher/say.mjs';
import { Problem } from './launcher/problem.mjs';

/** Each command: a module of launcher/ and the function in it. Given the arguments; may give an exit code. */
const COMMANDS = {
  start: ['start', 'start'],
  dev: ['dev', 'dev'],
  test: ['test', 'test'],
  check: ['check', 'check'],
  ci: ['ci', 'ci'],
  bench: ['programs', 'bench'],
  fault: ['programs', 'fault'],
  join: ['join', 'join'],
  nightly: ['programs', 'nightly'],
  'test:real': ['testReal', 'testReal'],
  'test:article': ['testArticle', 'testArticle'],
};

let signalled = false;

for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]]) {
  process.on(signal, async () => {
    if (signalled) return;
    signalled = true;
    say('\nEnding …');
    await endAll();
    // Being told to end is no failure of a portal; a broken-off test or build is one.
    process.exit(process.argv[2] === 'start' ? 0 : 128 + number);
  });
}

async function main([command, ...args]) {
  const [module, name] = COMMANDS[command] ?? [];
  if (!module) throw new Problem(`There is no command "${command ?? ''}".`, `Commands: ${Object.keys(COMMANDS).join(', ')}.`);
  const run = (await import(`./launcher/${module}.mjs`))[name];
  return run(args);
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ?? 0;
} catch (error) {
  // Ended on purpose: what failed because of it is not worth a word.
  while (signalled) await sleep(1000);
  sayProblem(error);
  await endAll();
  process.exitCode = 1;
}
process.exit();
