import { badRequest } from './errors';

/** Nested deeper than this is refused wherever an object comes into being: everything that walks an object may then recurse. */
export const MAX_DEPTH = 200;

/**
 * Refuses depth, and the one key that is no data in JavaScript.
 *
 * @param what - the words for what is refused: "the body of the request"
 * @throws KubeError 400
 */
export function requireSane(value: unknown, what: string, depth = 0): void {
  if (value === null || typeof value !== 'object') return;
  if (depth > MAX_DEPTH) throw badRequest(`${what} is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) {
    for (const item of value) requireSane(item, what, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') throw badRequest('the key "__proto__" is not accepted anywhere in an object');
    requireSane(item, what, depth + 1);
  }
}
