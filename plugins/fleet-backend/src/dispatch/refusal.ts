import type { Outcome } from '../clusters/types';
import type { ApplyResult } from './types';

type NotOk = Extract<Outcome<unknown>, { ok: false }>;
type Bad = Extract<ApplyResult, { did: 'refused' | 'failed' }>;

const IMMUTABLE = /field is immutable|may not change once set|updates to \w+ spec for fields other than|is immutable/i;

/** Whether a 404 speaks of the path (no such kind) and not of an object or its namespace. */
export function noSuchKind(outcome: NotOk): boolean {
  const status = outcome.status;
  return status?.code === 404 && !status.details?.name;
}

export const isStatus = (outcome: Outcome<unknown>, code: number): boolean => !outcome.ok && outcome.status?.code === code;

/** What a failed write means for the object: refused for a reason that stays, or worth another try. */
export function refusalOf(outcome: NotOk): Bad {
  const { because, reason, status } = outcome;
  const code = status?.code ?? 0;
  const causes = status?.details?.causes ?? [];
  if (code === 404) return noSuchKind(outcome) ? { did: 'refused', why: 'NoSuchKind', because } : { did: 'failed', because };
  // A namespace on its way out refuses with 403, and is gone soon.
  if (causes.some(cause => cause.reason === 'NamespaceTerminating')) return { did: 'failed', because };
  if (reason === 'NoPermission') return { did: 'refused', why: 'Forbidden', because };
  const invalid = code === 422 || code === 400 || code === 413 || code === 415;
  if (invalid && IMMUTABLE.test(because)) return { did: 'refused', why: 'Immutable', because };
  // An apply whose fields the schema does not know ends in 500 on real servers, and no retry mends it.
  if (invalid || /failed to create typed patch object|field not declared in schema/.test(because)) {
    return { did: 'refused', why: 'Invalid', because };
  }
  return { did: 'failed', because };
}
