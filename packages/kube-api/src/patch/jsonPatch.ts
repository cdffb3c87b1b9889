import { applyPatch, JsonPatchError } from 'fast-json-patch';
import type { Operation } from 'fast-json-patch';
import { badRequest, kubeError } from '../errors';

/** More operations than this are refused, as in Kubernetes. */
const MAX_OPERATIONS = 10_000;

/**
 * Applies an RFC 6902 patch to a copy.
 *
 * @throws KubeError 400 when the patch is no list, 413 when it is too long, 422 when an operation is none or does not fit the object
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  if (patch.length > MAX_OPERATIONS) {
    throw kubeError(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`);
  }
  try {
    return applyPatch(document, patch as Operation[], true, false, true).newDocument;
  } catch (error) {
    if (error instanceof JsonPatchError) {
      throw kubeError(422, 'Invalid', `the server rejected our request due to an error in our request: ${firstLine(error)}`);
    }
    throw badRequest(`not a JSON patch: ${firstLine(error)}`);
  }
}

/** The library's messages go on with the whole document, which is not for the caller's logs. */
const firstLine = (error: unknown) => String((error as Error).message).split('\n')[0].slice(0, 300);
