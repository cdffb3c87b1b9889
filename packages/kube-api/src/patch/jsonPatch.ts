import { requireSane } from '../depth';
import { badRequest, KubeError, kubeError } from '../errors';
import { isObject } from '../schema/decode';
import { equal } from '../schema/equal';

/** More operations than this are refused, as in Kubernetes. */
const MAX_OPERATIONS = 10_000;
/** Characters of JSON that `copy` may add in all, as in Kubernetes: thirty copies of a document into itself would else fill any memory. */
const MAX_COPIED = 3 * 1024 * 1024;

type Container = Record<string, unknown> | unknown[];

/** An operation as it came: nothing of it is known to be right. */
interface Operation {
  op?: unknown;
  path?: unknown;
  from?: unknown;
  value?: unknown;
}

/** 422, whatever does not fit: Kubernetes says no more than this. */
const refused = () =>
  new KubeError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'the server rejected our request due to an error in our request', reason: 'Invalid', details: {}, code: 422 });

/**
 * Applies an RFC 6902 patch to a copy, with the leniency of Kubernetes' library: `replace` of a member that is not there
 * adds it, `copy` of one copies null, and `test` for null holds where nothing is.
 *
 * @throws KubeError 400 when the patch is no list of operations or makes the object too deep, 413 when it is too long, 422 when an
 *   operation is none, does not fit the object or copies too much
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (patch === null) return document;
  const what = Array.isArray(patch) ? patch.find(each => each !== null && !isObject(each)) : patch;
  if (what !== undefined || !Array.isArray(patch)) {
    throw badRequest(`error decoding patch: json: cannot unmarshal ${typeOf(what)} into Go value of type ${Array.isArray(patch) ? '' : '[]'}handlers.jsonPatchOp`);
  }
  if (patch.length > MAX_OPERATIONS) {
    throw kubeError(413, 'RequestEntityTooLarge', `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`);
  }
  const run = new Run(structuredClone(document));
  for (const operation of patch) run.apply((operation ?? {}) as Operation);
  requireSane(run.document, 'the patched object');
  return run.document;
}

/** A JSON type, in Go's words. */
const typeOf = (value: unknown) => (Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value);

/** One patch being applied to a document it owns. */
class Run {
  private copied = 0;

  constructor(public document: unknown) {}

  apply({ op, path, from, value }: Operation): void {
    if (typeof path !== 'string') throw refused();
    switch (op) {
      case 'add':
        return this.add(path, value ?? null);
      case 'remove':
        return void this.remove(path);
      case 'replace':
        return this.replace(path, value ?? null);
      case 'move':
        return this.add(path, this.remove(from));
      case 'copy':
        return this.copy(path, from);
      case 'test':
        return this.test(path, value ?? null);
      default:
        throw refused();
    }
  }

  private add(path: string, value: unknown): void {
    const [container, key] = this.find(path);
    const own = structuredClone(value);
    if (Array.isArray(container)) container.splice(key === '-' ? container.length : indexIn(container, key, container.length), 0, own);
    else container[key] = own;
  }

  private remove(path: unknown): unknown {
    const [container, key] = this.find(path);
    if (Array.isArray(container)) return container.splice(indexIn(container, key, container.length - 1), 1)[0];
    if (!Object.hasOwn(container, key)) throw refused();
    const value = container[key];
    delete container[key];
    return value;
  }

  private replace(path: string, value: unknown): void {
    if (path === '') {
      this.document = structuredClone(value);
      return;
    }
    const [container, key] = this.find(path);
    if (Array.isArray(container)) container[indexIn(container, key, container.length - 1)] = structuredClone(value);
    else container[key] = structuredClone(value);
  }

  private copy(path: string, from: unknown): void {
    const value = valueAt(...this.find(from));
    this.copied += JSON.stringify(value).length;
    if (this.copied > MAX_COPIED) throw refused();
    this.add(path, value);
  }

  private test(path: string, wanted: unknown): void {
    const value = path === '' ? this.document : valueAt(...this.find(path));
    if (!equal(value, wanted)) throw refused();
  }

  /** What holds the last part of the path, and that part. */
  private find(path: unknown): [Container, string] {
    const parts = typeof path === 'string' ? path.split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')) : [];
    if (parts.length < 2) throw refused();
    const key = parts.pop()!;
    if (key === '__proto__') throw badRequest('field name "__proto__" is not allowed');
    let at: unknown = this.document;
    for (const part of parts.slice(1)) at = isContainer(at) ? valueAt(at, part) : undefined;
    if (!isContainer(at)) throw refused();
    return [at, key];
  }
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** A member, null where there is none. Throws 422 for an index outside a list. */
function valueAt(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexIn(container, key, container.length - 1)];
  return Object.hasOwn(container, key) ? (container[key] ?? null) : null;
}

/** An index, counted from the end where it is negative. */
function indexIn({ length }: unknown[], key: string, last: number): number {
  const index = /^-?\d{1,9}$/.test(key) ? Number(key) : NaN;
  const at = index < 0 ? index + length : index;
  if (!(at >= 0 && at <= last)) throw refused();
  return at;
}
