import type { Amounts } from '../model/quantities';

/** Accelerators first, pods last: the order in which resources are named when short. */
function place(name: string): number {
  if (name === 'pods') return 3;
  if (name === 'cpu') return 1;
  return name === 'memory' || name === 'ephemeral-storage' ? 2 : 0;
}

const ORDERED = new WeakMap<Amounts, string[]>();

/** The resources of a request in that order. Remembered, since one request is asked of every cluster. */
export function resourcesOf(requests: Amounts): string[] {
  let names = ORDERED.get(requests);
  if (!names) {
    names = Object.keys(requests).filter(name => requests[name] > 0).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
    ORDERED.set(requests, names);
  }
  return names;
}
