import { causes } from '../schema/causes';
import type { StatusCause } from '../types';
import { qualifiedNameProblems } from './names';
import { compareQuantities, isNegative, isQuantity, isWhole, QUANTITY_RULE } from '../schema/quantity';

type Quantities = Record<string, unknown>;

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);
const HUGEPAGES = 'hugepages-';

/** Whether the resource is one that a device plugin or an operator offers (`nvidia.com/gpu`): whole, and never overcommitted. */
export const isExtendedResource = (name: string) => name.includes('/') && !name.startsWith('kubernetes.io/') && !name.includes('.kubernetes.io/');

/** Causes in a container's `resources`. */
export function validateResources(resources: { requests?: Quantities; limits?: Quantities } | undefined, path: string): StatusCause[] {
  const { requests = {}, limits = {} } = resources ?? {};
  const found = [...validateList(limits, `${path}.limits`), ...validateList(requests, `${path}.requests`)];
  if (found.length > 0) return found;
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    const strict = isExtendedResource(name) || name.startsWith(HUGEPAGES);
    if (limit === undefined) {
      if (strict) found.push(causes.required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
      continue;
    }
    const order = compareQuantities(request, limit);
    if (strict && order !== 0) found.push(causes.invalid(`${path}.requests`, String(request), `must be equal to ${name} limit of ${limit}`));
    else if (order > 0) found.push(causes.invalid(`${path}.requests`, String(request), `must be less than or equal to ${name} limit of ${limit}`));
  }
  return found;
}

function validateList(list: Quantities, path: string): StatusCause[] {
  return Object.entries(list).flatMap(([name, value]) => {
    const at = `${path}[${name}]`;
    const found = qualifiedNameProblems(name).map(why => causes.invalid(at, name, why));
    if (!name.includes('/') && !STANDARD.has(name) && !name.startsWith(HUGEPAGES)) {
      found.push(causes.invalid(at, name, 'must be a standard resource type or fully qualified'), causes.invalid(at, name, 'must be a standard resource for containers'));
    }
    if (!isQuantity(value)) found.push(causes.invalid(at, value, QUANTITY_RULE));
    else if (isNegative(value)) found.push(causes.invalid(at, String(value), 'must be greater than or equal to 0'));
    else if (isExtendedResource(name) && !isWhole(value)) found.push(causes.invalid(at, String(value), 'must be an integer'));
    return found;
  });
}
