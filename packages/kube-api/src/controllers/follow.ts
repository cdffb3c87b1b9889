import type { LogError } from '../http';
import type { ResourceRegistry, ResourceService } from '../service';
import type { ObjectKey, ResourceStorage } from '../storage';
import type { KubeObject, ResourceInfo } from '../types';

/** What every controller of the API itself works with. */
export interface ControllerOptions {
  storage: ResourceStorage;
  /** Must already serve the stored CustomResourceDefinitions: what it does not know is not looked at. */
  registry: ResourceRegistry;
  /** The service without permission checks: these controllers are the API's own hands. */
  service: ResourceService;
  /** Ends the controller. */
  signal: AbortSignal;
  /** Hears of failed reads and writes, which are tried again. */
  log?: LogError;
}

/** What a controller wants to hear. */
export interface Observer {
  /** A full scan begins: whatever was known may be outdated. */
  reset(): void;
  /** An object as it now is, or undefined once it is gone. */
  see(key: ObjectKey, object: KubeObject | undefined): void;
  /** The scan is complete; from here on changes come as they happen. */
  ready(): void;
}

const PAGE = 500;
const RETRY_MS = 1_000;

/** One info for each resource, whatever its versions: the storage knows no versions. */
export function storedResources(registry: ResourceRegistry): ResourceInfo[] {
  const found = new Map<string, ResourceInfo>();
  for (const info of registry.all()) {
    const id = `${info.resource}.${info.group}`;
    const isStored = info.verbs === undefined || info.verbs.includes('list');
    if (isStored && !found.has(id)) found.set(id, info);
  }
  return [...found.values()];
}

/** Resolves after a while, or at once when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    timer.unref();
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}

/**
 * Scans everything stored and then follows each change, until the signal aborts. A failed read or a history that no
 * longer reaches back begins a new scan; what could not be read is never taken for gone.
 */
export async function followAll(options: ControllerOptions, observer: Observer): Promise<void> {
  const { storage, signal, log } = options;
  while (!signal.aborted) {
    try {
      observer.reset();
      // Taken before the scan: changes during it are heard again, and hearing twice does no harm.
      const since = await storage.version();
      await scan(options, observer);
      observer.ready();
      for await (const change of storage.changes('all', since, signal)) {
        if (!('bookmark' in change)) observer.see(change.key, change.after);
      }
    } catch (error) {
      if (!signal.aborted) log?.('a controller of the API scans anew', error);
      await pause(RETRY_MS, signal);
    }
  }
}

async function scan({ storage, registry, signal }: ControllerOptions, observer: Observer): Promise<void> {
  for (const { group, resource } of storedResources(registry)) {
    let next: string | undefined;
    do {
      const page = await storage.list({ group, resource }, { limit: PAGE, continue: next });
      for (const object of page.items) {
        const { namespace = '', name = '' } = object.metadata;
        observer.see({ group, resource, namespace, name }, object);
      }
      next = page.continue;
    } while (next && !signal.aborted);
  }
}
