import type { Database } from '../sql/Database';
import type { DecisionStore, Fence, Reservation, StoredDecision } from '../types';
import { readDecisions } from './readDecisions';
import { readReservations } from './reservations';
import { removeTarget } from './removeTarget';
import { saveDecision } from './saveDecision';

/** Decisions as rows, their inputs by content. */
export class KnexDecisionStore implements DecisionStore {
  constructor(private readonly database: Database) {}

  async latest(target: string): Promise<StoredDecision | undefined> {
    return (await readDecisions(this.database, target, 1))[0];
  }

  async history(target: string, limit = 10): Promise<StoredDecision[]> {
    return readDecisions(this.database, target, limit);
  }

  async save(decision: StoredDecision, inputs: unknown, reservations: Reservation[], fence: Fence): Promise<'saved' | 'unchanged'> {
    return this.database.transaction('decision', tx => saveDecision(tx, { decision, inputs, reservations, fence }));
  }

  async inputs(hash: string): Promise<unknown | undefined> {
    const [row] = await this.database.rows<{ body: string }>('decision_inputs.select', 'SELECT body FROM decision_inputs WHERE hash = ?', [hash]);
    return row && JSON.parse(row.body);
  }

  async reservations(): Promise<Reservation[]> {
    return readReservations(this.database);
  }

  async targetsOf(ownerUid: string): Promise<string[]> {
    const text = 'SELECT DISTINCT target FROM decisions WHERE target_uid = ? ORDER BY target';
    const rows = await this.database.rows<{ target: string }>('decisions.targets', text, [ownerUid]);
    return rows.map(({ target }) => target);
  }

  async remove(target: string, fence: Fence): Promise<void> {
    await this.database.transaction('decision', tx => removeTarget(tx, target, fence));
  }
}
