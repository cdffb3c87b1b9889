import { randomUUID } from 'node:crypto';
import { SealError } from './sealing';
import type { Sealer } from './sealing';
import type { Session } from './sql/Database';

/** The setting of that name; made now, once for all processes, if it is not there. */
export async function ensureSetting(session: Session, name: string, make: () => string): Promise<string> {
  const found = await readSetting(session, name);
  if (found !== undefined) return found;
  await session.insert('settings', ['name', 'value'], [[name, make()]], 'ON CONFLICT (name) DO NOTHING');
  return (await readSetting(session, name))!;
}

async function readSetting(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.rows<{ value: string }>('settings.select', 'SELECT value FROM settings WHERE name = ?', [name]);
  return row?.value;
}

/** The hub's instance id, a UUID that stays with the database. */
export function ensureInstanceId(session: Session): Promise<string> {
  return ensureSetting(session, 'instance-id', randomUUID);
}

/**
 * Proves at start that each configured key is the one this database knows under its id, so that a wrong key is a fault
 * of the start and not of some Secret, days later. Throws SealError.
 */
export async function proveKeys(session: Session, sealer: Sealer): Promise<void> {
  for (const id of sealer.ids) {
    const place = `encryption key "${id}"`;
    const proof = await ensureSetting(session, `key:${id}`, () => sealer.seal('proof', place, id));
    try {
      sealer.open(proof, place);
    } catch {
      throw new SealError(`The encryption key "${id}" is not the one this database was written with. Configure the old key, or give the new one another id.`);
    }
  }
}
