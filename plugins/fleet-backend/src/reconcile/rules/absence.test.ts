import { simulatedPlaces } from '../testing/Place';
import { absenceContract } from './absenceContract';
import { rulesOn } from './rulesOn';

jest.setTimeout(60_000);

describe('Absence on simulated clusters', () => rulesOn(simulatedPlaces, absenceContract));
