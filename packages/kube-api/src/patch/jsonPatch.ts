import { applyOperation, getValueByPointer, JsonPatchError } from 'fast-json-patch';
import type { Operation } from 'fast-json-patch';
import { requireSane } from '../depth';
import { badRequest, KubeError, kubeError } from '../errors';

/** More operations than this are refused, as in Kubernetes. */
const MAX_OPERATIONS = 10_000;
/** Characters of JSON that `copy` may add in all, as in Kubernetes: thirty copies of a document into itself would else fill any memory. */
const MAX_COPIED = 3 * 1024 * 1024;

/**
 * Applies an RFC 6902 patch to a copy.
 *
 * @throws KubeError 400 when the patch is no list or makes the object too deep, 413 when it is too long, 422 when an operation is
 *   none, does not fit the object or copies too much
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  if (patch.length > MAX_OPERATIONS) {
    throw kubeError(413, 'RequestEntityTooLarge', `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`);
  }
  try {
    const result = applyAll(document, patch as Operation[]);
    requireSane(result, 'the patched object');
    return result;
  } catch (error) {
    if (error instanceof JsonPatchError) {
      throw kubeError(422, 'Invalid', `the server rejected our request due to an error in our request: ${firstLine(error)}`);
    }
    if (error instanceof KubeError) throw error;
    throw badRequest(`not a JSON patch: ${firstLine(error)}`);
  }
}

function applyAll(document: unknown, patch: Operation[]): unknown {
  let result = structuredClone(document);
  let copied = 0;
  patch.forEach((operation, index) => {
    if (operation?.op === 'copy') copied += JSON.stringify(getValueByPointer(result, operation.from) ?? null).length;
    if (copied > MAX_COPIED) throw kubeError(422, 'Invalid', `Unable to complete the copy, the accumulated size increase of patch operations is ${copied}, exceeding the limit ${MAX_COPIED}`);
    result = applyOperation(result, operation, true, true, true, index).newDocument;
  });
  return result;
}

/** The library's messages go on with the whole document, which is not for the caller's logs. */
const firstLine = (error: unknown) => String((error as Error).message).split('\n')[0].slice(0, 300);
