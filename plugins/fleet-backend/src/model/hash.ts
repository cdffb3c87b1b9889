/**
 * Canonical JSON: keys sorted, `undefined` left out, so that equal content gives equal text on every machine.
 * Plain data only; functions and symbols are not expected.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') {
    return JSON.stringify(value) ?? 'null';
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** One 53-bit mix of the text (the public-domain "cyrb53" construction: two 32-bit multiply-xor lanes, crossed at the end). */
function mix53(text: string, seed: number): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

/**
 * 104-bit hash of the content, 26 hex digits. For telling equal from changed, not against an adversary:
 * what must be tamper-proof is hashed with SHA-256 in the store room.
 */
export function contentHash(value: unknown): string {
  const text = canonicalJson(value);
  return [1, 2].map(seed => mix53(text, seed).toString(16).padStart(13, '0').slice(-13)).join('');
}
