import { simulatedPlaces } from '../testing/Place';
import { orphaningContract } from './orphaningContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Orphaning on simulated clusters', () => rulesOn(simulatedPlaces, orphaningContract));
