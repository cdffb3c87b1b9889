import { simulatedPlaces } from '../testing/Place';
import { ownershipContract } from './ownershipContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Ownership on simulated clusters', () => rulesOn(simulatedPlaces, ownershipContract));
