import { isObject } from '../schema/decode';

/**
 * Applies an RFC 7386 merge patch. Neither input is changed; what the patch does not touch is shared with the document.
 * The patch must have passed `refuseHostile`.
 */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(document) ? { ...document } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete out[key];
    else out[key] = applyMergePatch(out[key], patch[key]);
  }
  return out;
}
