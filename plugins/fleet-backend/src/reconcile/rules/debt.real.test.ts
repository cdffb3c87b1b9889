import { realPlaces } from '../testing/Place';
import { debtContract } from './debtContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(120_000);

// Run where FLOTILLA_TEST_KUBECONFIG and FLOTILLA_TEST_KUBECONFIG_OTHER name clusters.
(realPlaces ? describe : describe.skip)('Debt on real Kubernetes', () => rulesOn(realPlaces!, debtContract));
