import type { Session } from '../sql/Database';

/** Of these inputs, forgets those that no decision names any more. */
export async function dropUnusedInputs(tx: Session, hashes: string[]): Promise<void> {
  const candidates = [...new Set(hashes)];
  if (candidates.length === 0) return;
  await tx.rows(
    'decision_inputs.delete',
    `DELETE FROM decision_inputs WHERE hash IN (${candidates.map(() => '?').join(', ')})
     AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.inputs_hash = decision_inputs.hash) RETURNING hash`,
    candidates,
  );
}
