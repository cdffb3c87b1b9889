import { memberContract } from './memberContract';
import { openFleet, spec } from './testing/openFleet';
import { workloadContract } from './workloadContract';

async function open(nodes: number) {
  const [general] = spec('one').nodeGroups;
  const fleet = await openFleet([spec('one', { nodeGroups: [{ ...general, count: nodes }] })]);
  return { kubeconfig: fleet.clusters.get('one')!.kubeconfig(), close: fleet.close };
}

describe('a simulated member', () => memberContract(() => open(2)));
// On one node each image is pulled once: the same questions in half the time.
describe('on a simulated member', () => workloadContract(() => open(1)));
