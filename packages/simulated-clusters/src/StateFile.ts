import { open, rename, type FileHandle } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import type { Change, KubeObject, MemoryStorage, ObjectKey, StorageEntries } from '@flotilla/kube-api';

/** How a cluster is reached again after a restart. */
export interface Identity {
  port: number;
  token: string;
}

type Line = { format: 1; version: number } & Identity | { version: number; key: ObjectKey; object?: KubeObject };

/** Written anew once this much was appended and it has doubled. */
const GROWN_BYTES = 4 * 1024 * 1024;
/** A whole state is written in parts of so many objects, so that requests are answered in between. */
const PART = 200;

/**
 * What a cluster holds, in a file of one JSON object per line: who it is, then each object as it was written, later lines
 * in place of earlier ones. A change costs its own line; a kill loses at most the line it interrupts.
 */
export class StateFile {
  #handle: FileHandle | undefined;
  #written = 0;
  #whole = 0;
  /** Of the last change that is in the file. */
  #version = 0;

  constructor(private readonly path: string) {}

  /**
   * What was stored; undefined when there is nothing yet.
   * @throws Error with the file, what is wrong with it and what to do
   */
  read(): (Identity & StorageEntries) | undefined {
    if (!existsSync(this.path)) return undefined;
    const lines = readFileSync(this.path, 'utf8').split('\n');
    // Whole lines end with a newline: what follows the last one was interrupted, and never confirmed.
    lines.pop();
    const [head, ...rest] = lines.map((line, i) => this.#parse(line, i + 1));
    if (!head || !('format' in head)) throw this.#corrupt(1, 'it does not begin with who the cluster is');
    const objects = new Map<string, { key: ObjectKey; object: KubeObject }>();
    let { version } = head;
    for (const [i, line] of rest.entries()) {
      if (!('key' in line)) throw this.#corrupt(i + 2, 'it names no object');
      const { key, object } = line;
      const id = `${key.group}/${key.resource}/${key.namespace}/${key.name}`;
      if (object) objects.set(id, { key, object });
      else objects.delete(id);
      version = Math.max(version, line.version);
    }
    return { port: head.port, token: head.token, version, objects: [...objects.values()] };
  }

  #parse(text: string, number: number): Line {
    try {
      const line = JSON.parse(text);
      if (line && typeof line.version === 'number') return line;
    } catch {
      throw this.#corrupt(number, 'it is not JSON');
    }
    throw this.#corrupt(number, 'it has no version');
  }

  #corrupt(line: number, why: string): Error {
    return new Error(`${this.path}, line ${line}: ${why}. The state of this cluster cannot be read. Put back a copy of the file, or remove it: the cluster then begins anew, with another identity.`);
  }

  /**
   * Writes all that a storage holds. From then on {@link follow} keeps the file as the storage is.
   * @throws what the file system says, for example that the disk is full
   */
  async begin(storage: MemoryStorage, identity: Identity): Promise<void> {
    const entries = storage.entries();
    await this.#writeWhole(entries, identity);
    this.#version = entries.version;
  }

  /** Writes each change until the signal aborts; all of them are written when this resolves. @throws what the file system says */
  async follow(storage: MemoryStorage, identity: () => Identity, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#append(storage, signal);
      } catch (error) {
        // More changes than the storage remembers came while one was written.
        if ((error as { reason?: string }).reason !== 'expired') throw error;
      }
      if (!signal.aborted) await this.begin(storage, identity());
    }
    if (this.#version < Number(await storage.version())) await this.begin(storage, identity());
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Appends changes until the file has grown too much, or the signal aborts. */
  async #append(storage: MemoryStorage, signal: AbortSignal) {
    let lines: string[] = [];
    for await (const change of storage.changes('all', String(this.#version), signal)) {
      if ('bookmark' in change) continue;
      lines.push(lineOf(change));
      // Whatever else is there already goes into the same write.
      if (lines.length < PART && String(change.version) !== (await storage.version())) continue;
      const text = lines.join('');
      lines = [];
      await this.#handle!.appendFile(text);
      this.#version = change.version;
      this.#written += text.length;
      if (this.#written > GROWN_BYTES && this.#written > this.#whole) return;
    }
  }

  /** Whole or not at all: a kill in the middle leaves the file before. */
  async #writeWhole({ version, objects }: StorageEntries, identity: Identity) {
    const handle = await open(`${this.path}.new`, 'w', 0o600);
    let size = 0;
    const put = async (lines: Line[]) => {
      const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
      size += text.length;
      await handle.appendFile(text);
    };
    await put([{ format: 1, version, ...identity }]);
    for (let i = 0; i < objects.length; i += PART) await put(objects.slice(i, i + PART).map(({ key, object }) => ({ version: Number(object.metadata.resourceVersion), key, object })));
    await rename(`${this.path}.new`, this.path);
    await this.#handle?.close();
    this.#handle = handle;
    this.#whole = size;
    this.#written = 0;
  }
}

const lineOf = ({ version, key, after }: Change) => `${JSON.stringify({ version, key, object: after } satisfies Line)}\n`;
