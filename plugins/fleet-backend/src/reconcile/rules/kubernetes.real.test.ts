import { realPlaces } from '../testing/Place';
import { rulesOnMembers } from './rulesContract';

jest.setTimeout(120_000);

const files = [process.env.FLOTILLA_TEST_KUBECONFIG, process.env.FLOTILLA_TEST_KUBECONFIG_OTHER];
const [one, other] = files;

if (one && other) describe('On real Kubernetes', () => rulesOnMembers(realPlaces([one, other])));
else it.skip('On real Kubernetes (set FLOTILLA_TEST_KUBECONFIG and FLOTILLA_TEST_KUBECONFIG_OTHER)', () => {});
