import type { Session } from '../sql/Database';
import type { Reservation } from '../types';

interface ReservationRow {
  target: string;
  cluster: string;
  replicas: number;
  requests: string;
}

const asReservation = ({ requests, ...row }: ReservationRow): Reservation => ({ ...row, requests: JSON.parse(requests) });

/** All reservations in force, in order of target and cluster. */
export async function readReservations(session: Session): Promise<Reservation[]> {
  const rows = await session.rows<ReservationRow>(
    'reservations.select',
    'SELECT target, cluster, replicas, requests FROM reservations ORDER BY target, cluster',
  );
  return rows.map(asReservation);
}

/** Makes these the reservations of the target; writes nothing if they are already. */
export async function replaceReservations(tx: Session, target: string, wanted: Reservation[]): Promise<void> {
  const rows = await tx.rows<ReservationRow>(
    'reservations.ofTarget',
    'SELECT target, cluster, replicas, requests FROM reservations WHERE target = ?',
    [target],
  );
  const texts = (reservations: Reservation[]) =>
    reservations.map(({ cluster, replicas, requests }) => JSON.stringify([cluster, replicas, requests])).sort().join('\n');
  if (texts(rows.map(asReservation)) === texts(wanted)) return;
  if (rows.length) await tx.run('reservations.delete', tx.sql('reservations').where({ target }).delete());
  await tx.insert(
    'reservations',
    ['target', 'cluster', 'replicas', 'requests'],
    wanted.map(({ cluster, replicas, requests }) => [target, cluster, replicas, JSON.stringify(requests)]),
  );
}
