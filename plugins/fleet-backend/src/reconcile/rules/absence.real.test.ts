import { realPlaces } from '../testing/Place';
import { absenceContract } from './absenceContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(120_000);

// Run where FLOTILLA_TEST_KUBECONFIG and FLOTILLA_TEST_KUBECONFIG_OTHER name clusters.
(realPlaces ? describe : describe.skip)('Absence on real Kubernetes', () => rulesOn(realPlaces!, absenceContract));
