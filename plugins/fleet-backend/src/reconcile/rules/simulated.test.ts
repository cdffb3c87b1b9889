import { simulatedPlaces } from '../testing/Place';
import { rulesOnMembers } from './rulesContract';

jest.setTimeout(60_000);

describe('On simulated clusters', () => rulesOnMembers(simulatedPlaces));
