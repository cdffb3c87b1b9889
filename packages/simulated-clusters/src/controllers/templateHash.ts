import { createHash } from 'node:crypto';

const hashes = new WeakMap<object, string>();

const sorted = (_: string, value: unknown) => (value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);

/** The same for templates that say the same, in whatever order. */
export function templateHash(template: object): string {
  let hash = hashes.get(template);
  if (!hash) hashes.set(template, (hash = createHash('sha256').update(JSON.stringify(template, sorted)).digest('hex').slice(0, 10)));
  return hash;
}
