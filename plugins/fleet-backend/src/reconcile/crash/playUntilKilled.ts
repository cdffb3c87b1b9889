/** Run as `playUntilKilled FILE SCENARIO POINT`: a hub on this database that kills itself where it first comes to POINT. */
import { sqlite } from '../../store/testbed';
import { TestHub } from '../testing/TestHub';
import { bytesOf, layDown } from './recording';
import { play, prepare, type Scenario } from './scenario';

async function main() {
  const [file, scenario, fatal] = process.argv.slice(2);
  let armed = false;
  const point = (name: string, when: 'before' | 'after') => {
    if (!armed || `${when} ${name}` !== fatal) return;
    // What a recording would have kept of this moment.
    layDown(bytesOf(file), `${file}.recorded`);
    process.kill(process.pid, 'SIGKILL');
  };
  const hub = await TestHub.open({ knex: sqlite(file), trace: point, onStatement: point });
  await prepare(hub, scenario as Scenario);
  armed = true;
  await play(hub, scenario as Scenario);
  process.stderr.write(`it never came to ${fatal}\n`);
  process.exit(1);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
