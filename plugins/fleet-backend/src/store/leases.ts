import { StorageError } from '@flotilla/kube-api';
import type { Database, Session } from './sql/Database';
import { lockCounter } from './sql/lockCounter';
import type { Fence, LeaseStore } from './types';

interface LeaseRow {
  name: string;
  holder: string;
  epoch: number | string;
  expires_at: number | string;
}

/** Leases as rows. A holder's name must be its own: who comes back under a name takes over that holder's lease. */
export class KnexLeaseStore implements LeaseStore {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  async acquire(name: string, holder: string, seconds: number): Promise<Fence | undefined> {
    return this.database.transaction('leases', async tx => {
      const { epoch } = await lockCounter(tx);
      const [lease] = await tx.rows<LeaseRow>('leases.select', 'SELECT * FROM leases WHERE name = ?', [name]);
      const now = this.now();
      const running = lease !== undefined && lease.holder !== '' && Number(lease.expires_at) > now;
      if (running && lease.holder !== holder) return undefined;
      const expires = now + seconds * 1_000;
      if (lease?.holder === holder) {
        await tx.run('leases.renew', tx.sql('leases').where({ name }).update({ expires_at: expires }));
        return { epoch: Number(lease.epoch) };
      }
      const next = epoch + 1;
      await tx.run('counter.epoch', tx.sql('counter').where({ id: 1 }).update({ epoch: next }));
      await tx.insert(
        'leases',
        ['name', 'holder', 'epoch', 'expires_at'],
        [[name, holder, next, expires]],
        'ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, expires_at = excluded.expires_at',
      );
      return { epoch: next };
    });
  }

  async verify(fence: Fence): Promise<void> {
    await this.database.transaction('leases', tx => verifyFence(tx, fence));
  }

  async release(name: string, holder: string): Promise<void> {
    await this.database.transaction('leases', async tx => {
      // Without an epoch that somebody has: what the holder still sends is fenced at once.
      const next = (await lockCounter(tx)).epoch + 1;
      const freed = await tx.run('leases.release', tx.sql('leases').where({ name, holder }).update({ holder: '', epoch: next, expires_at: this.now() }));
      if (freed) await tx.run('counter.epoch', tx.sql('counter').where({ id: 1 }).update({ epoch: next }));
    });
  }
}

/**
 * Refuses the transaction unless the lease of that epoch still stands, and keeps it standing until commit.
 * Epochs are unique over all leases, so the epoch names the lease. Throws StorageError `fenced`.
 */
export async function verifyFence(tx: Session, { epoch }: Fence): Promise<void> {
  // As in lockCounter: on SQLite a write comes first. The lock also makes fenced transactions of PostgreSQL follow one another.
  const text = tx.postgres
    ? 'SELECT epoch FROM leases WHERE epoch = ? FOR UPDATE'
    : 'UPDATE leases SET epoch = epoch WHERE epoch = ? RETURNING epoch';
  const rows = await tx.rows('leases.verify', text, [epoch]);
  if (rows.length === 0) throw new StorageError('fenced', `the lease of epoch ${epoch} has gone to another process`);
}
