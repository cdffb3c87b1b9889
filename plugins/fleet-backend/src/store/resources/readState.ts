import type { Session } from '../sql/Database';

/** How far the store is, and how far back its history reaches. */
export interface State {
  /** The newest committed version. */
  version: number;
  /** Changes up to this version are gone. */
  compacted: number;
}

export async function readState(session: Session): Promise<State> {
  const [row] = await session.rows<Record<keyof State, number | string>>('counter.select', 'SELECT version, compacted FROM counter WHERE id = 1');
  return { version: Number(row.version), compacted: Number(row.compacted) };
}
