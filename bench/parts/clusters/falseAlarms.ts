import type { ClusterConnection, ClusterDirectory, Outcome } from '../../../plugins/fleet-backend/src/clusters/types';
import { ClusterWatch } from '../../../plugins/fleet-backend/src/observe/clusterWatch';
import { Gate } from '../../../plugins/fleet-backend/src/observe/gate';
import type { LocalHealth } from '../../../plugins/fleet-backend/src/observe/localHealth';
import { VirtualClock } from '../../../plugins/fleet-backend/src/observe/testing/VirtualClock';

const LOSS = 0.05;
const JITTER_MS = 500;
const WAY_MS = 60;
const MONTH_MS = 30 * 86_400_000;
const STEP_MS = 60_000;

const lost = (ms: number): Outcome<never> => ({ ok: false, reason: 'Unreachable', because: 'it closed the connection before the answer was whole', ms });

/**
 * How often the code that watches a cluster says that it is silent while it only loses one request in twenty and is up to half a second
 * late: the same code, on a clock that is told to go on. The first try of every look is lost on purpose, as nothing comes of a look whose
 * first try is answered; so each stands for twenty. What is left out is HTTP, and the neighbours that lose their requests meanwhile.
 *
 * @param budgetMs - real time to spend
 */
export async function falseAlarms(budgetMs: number, random: () => number): Promise<{ alarms: number; months: number; perMonth: number; upper: number }> {
  const clock = new VirtualClock();
  let alarms = 0;
  let looks = 0;
  let first = true;
  const after = (ms: number) => new Promise<void>(resolve => clock.after(ms, resolve));
  const identity: ClusterConnection['identity'] = async ({ timeoutMs = 0 } = {}) => {
    if (first) looks++;
    const isLost = first || random() < LOSS;
    first = false;
    const ms = WAY_MS + random() * JITTER_MS;
    await after(Math.min(isLost ? WAY_MS : ms, timeoutMs));
    if (isLost) return lost(WAY_MS);
    first = true;
    return { ok: true, value: 'uid', ms };
  };
  const never = new Promise<never>(() => {});
  const connection = {
    cluster: 'one', identity, version: async () => lost(1), resources: async () => lost(1), list: () => never, watch: () => never, close: () => {},
  } as Partial<ClusterConnection> as ClusterConnection;
  const watch = new ClusterWatch({
    cluster: 'one', hub: 'bench', clock, random, lists: new Gate(100), self: { lateSince: () => false } as Partial<LocalHealth> as LocalHealth,
    directory: { get: () => connection } as Partial<ClusterDirectory> as ClusterDirectory,
    shown: () => ({ seen: () => {}, gone: () => {}, keepOnly: () => {} }),
    toBeShown: { events: false, workloads: false },
    onReach: ok => {
      if (!ok) alarms++;
      first = true;
    },
    onFacts: () => {}, onObject: () => {},
  });
  const began = clock.now();
  watch.run().catch(error => console.error(error));
  // The way to the first answer is no alarm.
  first = false;
  for (const deadline = performance.now() + budgetMs; performance.now() < deadline; ) await clock.advance(STEP_MS);
  watch.stop();
  const months = ((clock.now() - began) / LOSS) / MONTH_MS;
  // What is seen at most once in twenty such runs: three where none was seen (Poisson).
  const upper = (alarms + 3 + 1.7 * Math.sqrt(alarms)) / months;
  return { alarms, months, perMonth: alarms / months, upper };
}
