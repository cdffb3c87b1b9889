import { Ground } from '../testing/Ground';
import type { OpenPlaces } from '../testing/Place';
import { absenceContract } from './absenceContract';
import { debtContract } from './debtContract';
import { movingContract } from './movingContract';
import { orphaningContract } from './orphaningContract';
import { ownershipContract } from './ownershipContract';
import { removalContract } from './removalContract';

/**
 * The product's rules on whose an object in a member is, and on what a deletion does there, row by row on the whole control plane.
 * They hold on whatever clusters stand behind the doors.
 */
export function rulesOnMembers(places: OpenPlaces): void {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.open(places);
  });
  beforeEach(() => ground.begin());
  afterEach(() => ground.end());
  afterAll(() => ground?.close());

  describe('Ownership', () => ownershipContract(() => ground));
  describe('Removal', () => removalContract(() => ground));
  describe('Orphaning', () => orphaningContract(() => ground));
  describe('Moving', () => movingContract(() => ground));
  describe('Debt', () => debtContract(() => ground));
  describe('Absence', () => absenceContract(() => ground));
}
