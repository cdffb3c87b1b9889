import * as fc from 'fast-check';
import { describeDifference } from './compare';
import { scenario } from './scenario';
import { deployments, play, widgets } from './sequences';
import type { Subject } from './sequences';
import { Servers } from './servers';

const { FLOTILLA_TEST_KUBECONFIG: kubeconfig, FLOTILLA_TEST_SEQUENCES: wanted, FLOTILLA_TEST_SEED: seed } = process.env;

/** So many in CI, always the same; a nightly run asks for more of them, and others. */
const SEQUENCES = Number(wanted ?? 40);
const SEED = Number(seed ?? 20_261_125);

if (kubeconfig) describe(`${SEQUENCES} random sequences of writes give the same object on ours and on a real kube-apiserver`, () => playAll(kubeconfig));
else it.skip('random sequences of writes give the same object on ours and on a real kube-apiserver: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig', () => {});

function playAll(path: string): void {
  jest.setTimeout(60_000 + SEQUENCES * 3_000);
  let servers: Servers;
  beforeAll(async () => {
    servers = await Servers.open(path);
  });
  afterAll(() => servers?.close());

  const same = (subject: Subject) =>
    fc.assert(
      fc.asyncProperty(subject.steps, async steps => {
        const found = await servers.differences(scenario('sequence', say => play(say, subject, steps)));
        expect(found.map(describeDifference).join('\n')).toBe('');
      }),
      { numRuns: SEQUENCES, seed: SEED, interruptAfterTimeLimit: 50_000 + SEQUENCES * 3_000, markInterruptAsFailure: true },
    );

  it('of a custom kind with maps, sets and atomics', () => same(widgets));
  it('of a Deployment', () => same(deployments));
}
