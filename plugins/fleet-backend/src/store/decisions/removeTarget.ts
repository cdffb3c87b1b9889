import { verifyFence } from '../leases';
import type { Session } from '../sql/Database';
import type { Fence } from '../types';
import { dropUnusedInputs } from './dropUnusedInputs';

/** Forgets a target: what was decided, what was promised, and inputs nobody else uses. */
export async function removeTarget(tx: Session, target: string, fence: Fence): Promise<void> {
  await verifyFence(tx, fence);
  await tx.run('reservations.delete', tx.sql('reservations').where({ target }).delete());
  const dropped = await tx.rows<{ inputs_hash: string }>('decisions.delete', 'DELETE FROM decisions WHERE target = ? RETURNING inputs_hash', [target]);
  await dropUnusedInputs(tx, dropped.map(row => row.inputs_hash));
}
