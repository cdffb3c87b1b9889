import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** One key. The id is stored with what it sealed and must not change. */
export interface SealingKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** The first key seals, every key opens: to rotate, put a new one in front and drop the old one when nothing names it. */
export interface SealingKeys {
  keys: SealingKey[];
}

/** Sealed data that cannot be opened. Never an empty value instead. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM. What is sealed for one place (`boundTo`) does not open in another, so rows cannot be swapped. */
export class Sealer {
  readonly #keys: Map<string, Buffer>;
  readonly #first: SealingKey;

  constructor({ keys }: SealingKeys) {
    if (!keys.length) throw new SealError('No encryption key is configured: Secrets cannot be stored.');
    for (const { id, key } of keys) {
      if (!/^[\w.-]{1,64}$/.test(id)) throw new SealError(`"${id}" is no id for an encryption key: letters, digits, ".", "_", "-".`);
      if (key.length !== 32) throw new SealError(`The encryption key "${id}" has ${key.length} bytes, not 32.`);
    }
    this.#first = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.#keys.size !== keys.length) throw new SealError('Two encryption keys have one id.');
  }

  /** The ids of all keys, the sealing one first. */
  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** `<key id>:<iv, tag and cipher text as base64>`. */
  seal(plain: string, boundTo: string, id = this.#first.id): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keyOf(id, boundTo), iv).setAAD(Buffer.from(boundTo));
    const hidden = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return `${id}:${Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString('base64')}`;
  }

  /** Throws {@link SealError} if the key is missing or wrong, or the value was altered or moved. */
  open(sealed: string, boundTo: string): string {
    const id = sealed.slice(0, sealed.indexOf(':'));
    const bytes = Buffer.from(sealed.slice(id.length + 1), 'base64');
    const key = this.#keyOf(id, boundTo);
    try {
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new SealError(`${boundTo} does not open with the encryption key "${id}": it is another key, or the row was altered.`);
    }
  }

  /** Whether the sealing key of today sealed it. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(`${this.#first.id}:`);
  }

  #keyOf(id: string, boundTo: string): Buffer {
    const key = this.#keys.get(id);
    if (!key) throw new SealError(`${boundTo} is encrypted with the key "${id}", which is not configured.`);
    return key;
  }
}
