import { Ground } from '../testing/Ground';
import type { OpenPlaces } from '../testing/Place';

/**
 * Some of the product's rules on whose an object in a member is, and on what a deletion does there, row by row on the whole control plane.
 * They hold on whatever clusters stand behind the doors. Each contract has a ground of its own, so that they run beside each other.
 */
export function rulesOn(places: OpenPlaces, contract: (ground: () => Ground) => void): void {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.open(places);
  });
  beforeEach(() => ground.begin());
  afterEach(() => ground.end());
  afterAll(() => ground?.close());
  contract(() => ground);
}
