import type { Amounts } from './quantities';
import type { Taint } from './taints';

/** One node, with what its pods ask already taken off. */
export interface NodeSeen {
  name: string;
  labels: Record<string, string>;
  taints: Taint[];
  ready: boolean;
  unschedulable: boolean;
  allocatable: Amounts;
  free: Amounts;
}
