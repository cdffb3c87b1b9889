/** Run as `playUntilKilled FILE SCENARIO NAMESPACE POINT`: a hub on this database that kills itself at its POINT-th point (0: never). */
import { writeSync } from 'node:fs';
import { sqlite } from '../../store/testbed';
import { TestHub } from '../testing/TestHub';
import { play, type Scenario } from './scenario';

/** The lease, saved facts and the audit trail run beside the application loop, at times of their own. */
const BESIDE = /^(leases|facts|activity)/;

async function main() {
  const [file, scenario, space, at] = process.argv.slice(2);
  let armed = false;
  let points = 0;
  const point = (name: string, when: 'before' | 'after') => {
    if (!armed || BESIDE.test(name)) return;
    points += 1;
    if (at === '0') writeSync(1, `${when} ${name}\n`);
    else if (points === Number(at)) {
      writeSync(1, `${when} ${name}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
  };
  const hub = await TestHub.open({ knex: sqlite(file), trace: point, onStatement: point });
  await play(hub, scenario as Scenario, space, () => {
    armed = true;
  });
  armed = false;
  await hub.close();
  process.exit(0);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
