import type { Registry } from '../registry/registry';
import type { ResourceStorage } from '../storage';
import { afterCrdWrite, CRDS } from './crds';

const RETRY_MS = 1_000;

/**
 * Serves the definitions in the storage, and keeps following them until the signal aborts: several processes may share
 * one storage. Resolves when those now stored are served.
 */
export async function followCrds(storage: ResourceStorage, registry: Registry, signal: AbortSignal): Promise<void> {
  const since = await serveStored(storage, registry);
  void follow(storage, registry, since, signal);
}

async function serveStored(storage: ResourceStorage, registry: Registry): Promise<string> {
  const page = await storage.list(CRDS);
  page.items.forEach(crd => afterCrdWrite({ registry }, crd));
  const names = new Set(page.items.map(crd => crd.metadata.name));
  const gone = registry.all().map(info => registry.crdOf(info)?.metadata.name).filter(name => name && !names.has(name));
  gone.forEach(name => registry.removeCrd(name!));
  return page.resourceVersion;
}

async function follow(storage: ResourceStorage, registry: Registry, from: string, signal: AbortSignal): Promise<void> {
  let since = from;
  while (!signal.aborted) {
    try {
      for await (const change of storage.changes(CRDS, since, signal)) {
        if ('bookmark' in change) since = change.bookmark;
        else if (change.after) afterCrdWrite({ registry }, change.after);
        else registry.removeCrd(change.key.name);
      }
    } catch {
      // History was cut or the storage failed for a moment: read what is there and go on from that.
      await pause(RETRY_MS, signal);
      since = await serveStored(storage, registry).catch(() => since);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
