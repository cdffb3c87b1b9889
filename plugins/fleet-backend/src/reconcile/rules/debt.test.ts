import { simulatedPlaces } from '../testing/Place';
import { debtContract } from './debtContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Debt on simulated clusters', () => rulesOn(simulatedPlaces, debtContract));
