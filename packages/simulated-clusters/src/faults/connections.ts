/** Faults of the way there: whether a connection stands, and for how long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Breakable, type Mend } from './fault';

/** Refuses connections; those there are end at once. */
export async function down({ door }: Breakable): Promise<Mend> {
  door.cut();
  await door.close();
  return () => door.open();
}

/** Down and up in turn, half of the period each. */
export async function flap(cluster: Breakable, periodMs: number): Promise<Mend> {
  const stop = new AbortController();
  const half = () => sleep(periodMs / 2, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
  let mend = await down(cluster);
  async function alternate() {
    for (;;) {
      await half();
      await mend();
      if (stop.signal.aborted) return;
      await half();
      if (stop.signal.aborted) return;
      mend = await down(cluster);
    }
  }
  const alternating = alternate();
  // A failed opening shows where it is mended.
  alternating.catch(() => undefined);
  return async () => {
    stop.abort();
    await alternating.catch(() => mend());
  };
}

/** Like a process that is paused: takes requests and answers nothing, and goes on where it was when it is mended. */
export function hang(cluster: Breakable): Mend {
  const { door } = cluster;
  const waiting: (() => void)[] = [];
  // Answers under way, watches above all, stop in the middle.
  const held = [...door.sockets];
  held.forEach(socket => socket.cork());
  const goOn = between(cluster, inner => (request, response) => {
    waiting.push(() => !response.destroyed && inner(request, response));
  });
  return () => {
    goOn();
    held.forEach(socket => socket.uncork());
    waiting.splice(0).forEach(answer => answer());
  };
}

/** So far away that an answer takes this long. */
export function slow({ door }: Breakable, latencyMs: number): Mend {
  const usual = door.latencyMs;
  door.latencyMs = latencyMs;
  return () => {
    door.latencyMs = usual;
  };
}

/** Of the requests a share ends with its connection, unanswered; the others are late by up to `jitterMs`. */
export const loss = (cluster: Breakable, share: number, jitterMs: number): Mend =>
  between(cluster, inner => (request, response) => {
    if (Math.random() < share) request.socket.destroy();
    else setTimeout(() => !response.destroyed && inner(request, response), Math.random() * jitterMs);
  });

/** Shows a certificate whose time is over to every new connection, and there are no others. */
export async function expiredCertificate(cluster: Breakable): Promise<Mend> {
  const { door } = cluster;
  const good = door.certificates;
  const present = async (certificates: typeof good) => {
    const closed = await down(cluster);
    door.certificates = certificates;
    await closed();
  };
  await present(await cluster.expired());
  return () => present(good);
}

/** Another cluster answers at the address: same token, same certificate, other identity, other objects. */
export async function anotherIdentity(cluster: Breakable): Promise<Mend> {
  const { door } = cluster;
  const other = await cluster.another();
  const goOn = between(cluster, () => other.handler);
  // Watches of the one must not go on beside the other.
  door.cut();
  return () => {
    goOn();
    door.cut();
    other.end();
  };
}
