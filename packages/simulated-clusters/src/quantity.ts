import { parseQuantity } from '@flotilla/kube-api';

/** A quantity as a plain number of its base unit (cores, bytes, pieces); 0 for what is none. */
export const numberOf = (quantity: unknown): number => Number(parseQuantity(quantity)?.nano ?? 0n) / 1e9;
