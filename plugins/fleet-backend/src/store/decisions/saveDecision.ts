import { verifyFence } from '../leases';
import type { Session } from '../sql/Database';
import type { Fence, Reservation, StoredDecision } from '../types';
import { dropUnusedInputs } from './dropUnusedInputs';
import { replaceReservations } from './reservations';

/** Decisions kept of each target. */
const KEPT = 10;

/**
 * Stores a decision with what it promises and what it was decided on.
 * An equal decision is not written again, so an idle system writes nothing; what it promises may have changed all the same
 * (replicas seen running need no reservation), and is stored.
 */
export async function saveDecision(
  tx: Session,
  { decision, inputs, reservations, fence }: { decision: StoredDecision; inputs: unknown; reservations: Reservation[]; fence: Fence },
): Promise<'saved' | 'unchanged'> {
  await verifyFence(tx, fence);
  const { target, targetUid, hash, inputsHash, decidedAt } = decision;
  await replaceReservations(tx, target, reservations);
  const [newest] = await tx.rows<{ hash: string; target_uid: string }>(
    'decisions.newest',
    'SELECT hash, target_uid FROM decisions WHERE target = ? ORDER BY id DESC LIMIT 1',
    [target],
  );
  if (newest?.hash === hash && newest.target_uid === targetUid) return 'unchanged';
  await tx.insert('decision_inputs', ['hash', 'body'], [[inputsHash, JSON.stringify(inputs ?? null)]], 'ON CONFLICT (hash) DO NOTHING');
  await tx.insert(
    'decisions',
    ['target', 'target_uid', 'hash', 'inputs_hash', 'decided_at', 'body'],
    [[target, targetUid, hash, inputsHash, decidedAt, JSON.stringify(decision.body ?? null)]],
  );
  const dropped = await tx.rows<{ inputs_hash: string }>(
    'decisions.prune',
    `DELETE FROM decisions WHERE target = ? AND id NOT IN (SELECT id FROM decisions WHERE target = ? ORDER BY id DESC LIMIT ${KEPT})
     RETURNING inputs_hash`,
    [target, target],
  );
  await dropUnusedInputs(tx, dropped.map(row => row.inputs_hash));
  return 'saved';
}
