import type { KubeObject, ObjectKey } from '@flotilla/kube-api';
import type { Sealer } from '../sealing';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What a Secret's row hides; the annotation repeats the data, so it is data too. */
interface HiddenParts {
  data?: unknown;
  stringData?: unknown;
  lastApplied?: string;
}

interface Cached {
  object: KubeObject;
  size: number;
}

/**
 * Between objects and the text in rows.
 * The text leaves out the version (it is a column, known only inside the transaction). Of a Secret it is
 * `{"sealed": …, "open": …}`. Parsed objects are kept by version, which names object and state at once.
 */
export class ObjectCodec {
  readonly #cache = new Map<number, Cached>();
  #size = 0;

  /** @param room how many characters of text the parsed objects may stand for */
  constructor(
    private readonly sealer: Sealer,
    private readonly room: number,
  ) {}

  /** The text of an object for its row. */
  encode(key: ObjectKey, object: KubeObject): string {
    const bare: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: undefined } };
    if (!isSecret(key)) return JSON.stringify(bare);
    const { data, stringData, ...open } = bare;
    const { [LAST_APPLIED]: lastApplied, ...annotations } = bare.metadata.annotations ?? {};
    const metadata = bare.metadata.annotations ? { ...bare.metadata, annotations } : bare.metadata;
    const hidden: HiddenParts = { data, stringData, lastApplied };
    return JSON.stringify({ sealed: this.sealer.seal(JSON.stringify(hidden), placeOf(key)), open: { ...open, metadata } });
  }

  /** The object of a row; the same one each time while it is in the cache. Throws SealError. */
  decode(key: ObjectKey, version: number, text: string): KubeObject {
    const cached = this.#cache.get(version);
    if (cached) {
      this.#cache.delete(version);
      this.#cache.set(version, cached);
      return cached.object;
    }
    const object = isSecret(key) ? this.#unseal(key, text) : (JSON.parse(text) as KubeObject);
    object.metadata.resourceVersion = String(version);
    return this.keep(version, object, text.length);
  }

  /** Remembers an object just written. */
  keep(version: number, object: KubeObject, size: number): KubeObject {
    if (size > this.room || this.#cache.has(version)) return object;
    this.#cache.set(version, { object, size });
    this.#size += size;
    for (const [oldest, { size: freed }] of this.#cache) {
      if (this.#size <= this.room) break;
      this.#cache.delete(oldest);
      this.#size -= freed;
    }
    return object;
  }

  /** Forgets what an object was before: few ask for it again, and objects that are written often would push out all others. */
  drop(version: number): void {
    const cached = this.#cache.get(version);
    if (cached && this.#cache.delete(version)) this.#size -= cached.size;
  }

  /** Forgets every parsed object: the same versions may now name others. */
  forget(): void {
    this.#cache.clear();
    this.#size = 0;
  }

  /** The text sealed with today's key, or undefined if it is already. */
  reseal(key: ObjectKey, text: string): string | undefined {
    const { sealed, open } = JSON.parse(text) as { sealed: string; open: unknown };
    if (this.sealer.isCurrent(sealed)) return undefined;
    return JSON.stringify({ sealed: this.sealer.seal(this.sealer.open(sealed, placeOf(key)), placeOf(key)), open });
  }

  #unseal(key: ObjectKey, text: string): KubeObject {
    const { sealed, open } = JSON.parse(text) as { sealed: string; open: KubeObject };
    const { lastApplied, ...hidden } = JSON.parse(this.sealer.open(sealed, placeOf(key))) as HiddenParts;
    if (lastApplied !== undefined) open.metadata.annotations = { ...open.metadata.annotations, [LAST_APPLIED]: lastApplied };
    return Object.assign(open, hidden);
  }
}

/** Whether rows of this key are sealed. */
export function isSecret({ group, resource }: { group: string; resource: string }): boolean {
  return group === '' && resource === 'secrets';
}

/** Where a Secret lives, in words: bound to the sealed text, and shown when it does not open. */
function placeOf({ namespace, name }: ObjectKey): string {
  return `Secret "${namespace}/${name}"`;
}
