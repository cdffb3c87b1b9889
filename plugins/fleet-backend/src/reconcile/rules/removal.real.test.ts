import { realPlaces } from '../testing/Place';
import { removalContract } from './removalContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(120_000);

// Run where FLOTILLA_TEST_KUBECONFIG and FLOTILLA_TEST_KUBECONFIG_OTHER name clusters.
(realPlaces ? describe : describe.skip)('Removal on real Kubernetes', () => rulesOn(realPlaces!, removalContract));
