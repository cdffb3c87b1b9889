import type { Session } from '../sql/Database';
import type { StoredDecision } from '../types';

interface DecisionRow {
  target: string;
  target_uid: string;
  hash: string;
  inputs_hash: string;
  decided_at: number | string;
  body: string;
}

/** The decisions of a target, the newest first. */
export async function readDecisions(session: Session, target: string, limit: number): Promise<StoredDecision[]> {
  const rows = await session.rows<DecisionRow>(
    'decisions.select',
    'SELECT target, target_uid, hash, inputs_hash, decided_at, body FROM decisions WHERE target = ? ORDER BY id DESC LIMIT ?',
    [target, limit],
  );
  return rows.map(row => ({
    target: row.target,
    targetUid: row.target_uid,
    hash: row.hash,
    inputsHash: row.inputs_hash,
    decidedAt: Number(row.decided_at),
    body: JSON.parse(row.body),
  }));
}
