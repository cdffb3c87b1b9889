import { describeDifference, knownAs } from './compare';
import type { Difference, KnownDifference } from './compare';
import { KNOWN_DIFFERENCES } from './knownDifferences';
import { scenarios } from './scenarios';
import { Servers } from './servers';

const kubeconfig = process.env.FLOTILLA_TEST_KUBECONFIG;

/** Fewer than this, and somebody lost scenarios. */
const FEWEST_REQUESTS = 1_000;

if (kubeconfig) describe('our API and a real kube-apiserver answer the same', () => compareAll(kubeconfig));
else it.skip('our API and a real kube-apiserver answer the same: set FLOTILLA_TEST_KUBECONFIG to a kubeconfig', () => {});

function compareAll(path: string): void {
  jest.setTimeout(120_000);
  const occurred = new Set<KnownDifference>();
  let servers: Servers;

  const unknown = (found: Difference[]) =>
    found.filter(difference => {
      const known = knownAs(KNOWN_DIFFERENCES, difference);
      if (known) occurred.add(known);
      return !known;
    });

  beforeAll(async () => {
    servers = await Servers.open(path);
  });
  afterAll(() => servers?.close());

  it.each(scenarios.map(scenario => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const found = unknown(await servers.differences(scenario));
    expect(found.map(describeDifference).join('\n')).toBe('');
  });

  it('every known difference still occurs', () => {
    expect(KNOWN_DIFFERENCES.filter(each => !occurred.has(each)).map(({ where, path: at }) => `${where} ${at}`)).toEqual([]);
  });

  it(`more than ${FEWEST_REQUESTS} requests were compared`, () => {
    expect(servers.requests).toBeGreaterThan(FEWEST_REQUESTS);
  });
}
