import { simulatedPlaces } from '../testing/Place';
import { removalContract } from './removalContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Removal on simulated clusters', () => rulesOn(simulatedPlaces, removalContract));
