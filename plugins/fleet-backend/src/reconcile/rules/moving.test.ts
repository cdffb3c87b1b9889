import { simulatedPlaces } from '../testing/Place';
import { movingContract } from './movingContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Moving on simulated clusters', () => rulesOn(simulatedPlaces, movingContract));
