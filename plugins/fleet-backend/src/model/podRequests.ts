import { addAmounts, parseAmounts, type Amounts } from './quantities';

interface Resources {
  requests?: unknown;
  limits?: unknown;
}

/** The parts of a PodSpec that say what it needs. */
export interface PodNeeds {
  containers?: { name?: string; resources?: Resources }[];
  initContainers?: { name?: string; restartPolicy?: string; resources?: Resources }[];
  overhead?: unknown;
  resources?: Resources;
}

/** What the scheduler counts for a pod that asks for neither CPU nor memory: kube-scheduler's own 100m and 200Mi. */
export const ASSUMED: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };

/**
 * What one pod asks of one node, as Kubernetes computes it: the containers' sum, or the largest init container with the side-cars
 * before it, whichever is more, plus overhead; one `pods`. `assumed` names the resources nobody asked for, filled from {@link ASSUMED}.
 * @param aliases - resource words of ours, e.g. `gpu` → `nvidia.com/gpu`
 */
export function podRequests(spec: PodNeeds, aliases: Record<string, string> = {}): { requests: Amounts; assumed: string[] } {
  let running: Amounts = {};
  for (const container of spec.containers ?? []) running = addAmounts(running, asked(container.resources, aliases));
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const needs = asked(container.resources, aliases);
    starting = largest(starting, addAmounts(sidecars, needs));
    // A side-car goes on running, so whatever starts after it needs room beside it.
    if (container.restartPolicy === 'Always') sidecars = addAmounts(sidecars, needs);
  }
  const podLevel = asked(spec.resources, aliases);
  const sum = { ...largest(addAmounts(running, sidecars), starting), ...podLevel };
  const requests = addAmounts(sum, parseAmounts(spec.overhead).amounts);
  const assumed = Object.keys(ASSUMED).filter(resource => !requests[resource]);
  for (const resource of assumed) requests[resource] = ASSUMED[resource];
  return { requests: { ...withoutZeros(requests), pods: 1 }, assumed };
}

/** Requests, and limits where a resource has a limit only. */
function asked(resources: Resources | undefined, aliases: Record<string, string>): Amounts {
  const amounts = { ...parseAmounts(resources?.limits).amounts, ...parseAmounts(resources?.requests).amounts };
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [aliases[name] ?? name, amount]));
}

function largest(a: Amounts, b: Amounts): Amounts {
  const most = { ...a };
  for (const [resource, amount] of Object.entries(b)) most[resource] = Math.max(most[resource] ?? 0, amount);
  return most;
}

function withoutZeros(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount > 0));
}
