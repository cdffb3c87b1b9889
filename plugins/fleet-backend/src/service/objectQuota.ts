import type { Admission, AdmissionRequest, ResourceStorage } from '@flotilla/kube-api';

/** Where objects are counted: a list of one says how many follow. */
type Counted = Pick<ResourceStorage, 'list'>;

/** Kinds × namespaces remembered; one that was forgotten is counted again. */
const MOST_PLACES = 10_000;

/**
 * How many objects of one kind a namespace may hold (for cluster-scoped kinds: the hub).
 *
 * Counting costs a read of an index, so it is not done for each write: after a count, half of the room that was found is given
 * away before the next. Several processes over one database so pass the limit by what they gave away meanwhile, never by more.
 */
export class ObjectQuota {
  readonly #room = new Map<string, number>();

  /** @param limit - objects of a kind in a namespace */
  constructor(
    private readonly storage: Counted,
    readonly limit: number,
  ) {}

  /** Takes room for one object. @returns undefined, or how many there are when there is none */
  async take({ info, namespace }: Pick<AdmissionRequest, 'info' | 'namespace'>): Promise<number | undefined> {
    const range = { group: info.group, resource: info.resource, namespace };
    const place = `${info.resource}.${info.group}/${namespace}`;
    const known = this.#room.get(place) ?? 0;
    if (known > 0) {
      this.#room.set(place, known - 1);
      return undefined;
    }
    const { items, remaining = 0 } = await this.storage.list(range, { limit: 1 });
    const used = items.length + remaining;
    if (used >= this.limit) this.#room.delete(place);
    else this.#room.set(place, Math.floor((this.limit - used - 1) / 2));
    if (this.#room.size > MOST_PLACES) this.#room.delete(this.#room.keys().next().value!);
    return used >= this.limit ? used : undefined;
  }
}

/** Refuses creations beyond the quota, in the words of a Kubernetes ResourceQuota; the engine's own writes are not counted. */
export function withinQuota(quota: ObjectQuota, inner: Admission): Admission {
  return async (ctx, request) => {
    const counts = request.operation === 'CREATE' && request.principal.kind !== 'system';
    const used = counts ? await quota.take(request) : undefined;
    if (used === undefined) return inner(ctx, request);
    const { resource, group } = request.info;
    const count = `count/${group ? `${resource}.${group}` : resource}`;
    const message = `${resource} "${request.name}" is forbidden: exceeded quota: fleet.kube.limits.objectsPerNamespace, requested: ${count}=1, used: ${count}=${used}, limited: ${count}=${quota.limit}`;
    return { denied: { code: 403, reason: 'Forbidden', message } };
  };
}
