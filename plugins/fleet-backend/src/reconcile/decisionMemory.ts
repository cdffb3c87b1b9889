import type { Decision } from '@flotilla/backstage-plugin-fleet-common';
import type { DecisionStore, Fence, Reservation } from '../store/types';

/** A decision that holds; see {@link DecisionMemory.standing}. */
export interface Standing {
  decision: Decision;
  decidedAt: number;
}

/** So long a decision stands without being looked at anew, ms: what it says of room and scores elsewhere is no older. */
const STANDS_MS = 30_000;
/** Notes that nothing but a changed wish can take away. */
const SETTLED_NOTES = new Set(['RequestsAssumed']);

/**
 * What the engine remembers of its own decisions, so that the many looks that follow a decision (each pod that starts wakes its
 * owner) do not decide again what cannot have changed. It is the only writer while it holds the lease; a start begins with what is stored.
 */
export class DecisionMemory {
  readonly #standing = new Map<string, Standing & { signature: string; at: number }>();
  readonly #reservations = new Map<string, Reservation[]>();

  constructor(private readonly stores: { decisions: DecisionStore }) {}

  /** Reads what is stored; called when the lease was taken. */
  async load(): Promise<void> {
    this.#standing.clear();
    this.#reservations.clear();
    for (const each of await this.stores.decisions.reservations()) {
      this.#reservations.set(each.target, [...(this.#reservations.get(each.target) ?? []), each]);
    }
  }

  reservations(): Reservation[] {
    return [...this.#reservations.values()].flat();
  }

  /** The decision that still holds under this signature; undefined when it is to be decided. */
  standing(target: string, signature: string, now: number): Standing | undefined {
    const known = this.#standing.get(target);
    return known && known.signature === signature && now - known.at < STANDS_MS ? known : undefined;
  }

  /** Remembers what was just decided. Whatever waits for room is decided at every look. */
  keep(target: string, signature: string, now: number, standing: Standing): void {
    const { unplaced, notes } = standing.decision;
    if (unplaced === 0 && notes.every(note => SETTLED_NOTES.has(note.code))) this.#standing.set(target, { ...standing, signature, at: now });
    else this.#standing.delete(target);
  }

  /** The reservations that were stored with a decision. */
  reserved(target: string, reservations: Reservation[]): void {
    this.#reservations.set(target, reservations);
  }

  /** Forgets a target, here and in the store. */
  async remove(target: string, fence: Fence): Promise<void> {
    await this.stores.decisions.remove(target, fence);
    this.#standing.delete(target);
    this.#reservations.delete(target);
  }
}
