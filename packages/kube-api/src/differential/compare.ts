import { equal } from '../schema';
import type { Exchange } from './conversation';

/** One place at which the two servers answered differently. */
export interface Difference {
  scenario: string;
  request: string;
  /** `status`, `headers.warning`, `body.details.causes.0.message` */
  path: string;
  ours: unknown;
  real: unknown;
}

/** A difference that is known, and why it is there. */
export interface KnownDifference {
  reason: string;
  /** Scenario and request: `name: METHOD /path`. */
  where: RegExp;
  path: RegExp;
  /** What the real one answers there, as JSON. */
  real?: RegExp;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function* unlike(ours: unknown, real: unknown, path: string): Generator<{ path: string; ours: unknown; real: unknown }> {
  if (equal(ours, real)) return;
  if (!isTree(ours) || !isTree(real) || Array.isArray(ours) !== Array.isArray(real)) yield { path, ours, real };
  else for (const key of new Set([...Object.keys(ours), ...Object.keys(real)])) yield* unlike(ours[key], real[key], `${path}.${key}`);
}

function* unlikeExchange(ours: Exchange | undefined, real: Exchange | undefined): Generator<Omit<Difference, 'scenario'>> {
  const request = (real ?? ours)!.request;
  if (!ours || !real || ours.request !== real.request) yield { request, path: 'request', ours: ours?.request, real: real?.request };
  else if (ours.status !== real.status) yield { request, path: 'status', ours: [ours.status, ours.body], real: [real.status, real.body] };
  else {
    for (const each of unlike(ours.headers, real.headers, 'headers')) yield { request, ...each };
    for (const each of unlike(ours.body, real.body, 'body')) yield { request, ...each };
  }
}

/** Everything in which two records of one scenario differ. */
export function differences(scenario: string, ours: Exchange[], real: Exchange[]): Difference[] {
  const count = Math.max(ours.length, real.length);
  return Array.from({ length: count }, (_, index) => [...unlikeExchange(ours[index], real[index])].map(each => ({ scenario, ...each }))).flat();
}

/** The known difference that a difference is, if any. */
export const knownAs = (known: readonly KnownDifference[], { scenario, request, path, real }: Difference): KnownDifference | undefined =>
  known.find(each => each.where.test(`${scenario}: ${request}`) && each.path.test(path) && (!each.real || each.real.test(JSON.stringify(real) ?? '')));

const short = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 1500);

/** For a person to read. */
export const describeDifference = ({ scenario, request, path, ours, real }: Difference) =>
  `${scenario}: ${request}\n  ${path}\n    ours ${short(ours)}\n    real ${short(real)}`;
