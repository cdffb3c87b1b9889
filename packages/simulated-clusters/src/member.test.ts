import { memberContract } from './memberContract';
import { openFleet } from './testing/openFleet';

describe('a simulated member', () =>
  memberContract(async () => {
    const fleet = await openFleet();
    return { kubeconfig: fleet.clusters.get('one')!.kubeconfig(), close: fleet.close };
  }));
