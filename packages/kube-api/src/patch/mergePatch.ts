import { isObject } from '../schema/decode';

/**
 * Applies an RFC 7386 merge patch. Neither input is changed; what the patch does not touch is shared with the document.
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(document) ? { ...document } : {};
  for (const key of Object.keys(patch)) {
    // The result is decoded afterwards, which refuses such keys; assigning one here would already do harm.
    if (key === '__proto__') continue;
    if (patch[key] === null) delete out[key];
    else out[key] = applyMergePatch(out[key], patch[key]);
  }
  return out;
}
