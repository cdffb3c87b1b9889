/** Amounts by resource name: cpu in millicores, memory and ephemeral-storage in bytes, pods and extended resources in units. */
export type Amounts = Record<string, number>;

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

const SUFFIXES: Record<string, number> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5, Ei: 1024 ** 6,
};

// An exponent needs digits after it, so that `12E` stays exa and `12E3` is 12,000.
const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)$/;

/**
 * Reads a Kubernetes quantity as a plain number of its base unit: `"250m"` → 0.25, `"2Gi"` → 2147483648.
 * Nothing is thrown; a text that is no quantity comes back as a problem in words.
 */
export function parseQuantity(text: unknown): Parsed<number> {
  if (typeof text === 'number' && Number.isFinite(text)) return { ok: true, value: text };
  if (typeof text !== 'string' || text.length > 64) return { ok: false, problem: 'a quantity is a number or a short text such as "500m" or "2Gi"' };
  const match = QUANTITY.exec(text.trim());
  if (!match) return { ok: false, problem: `"${text}" is not a quantity such as "500m" or "2Gi"` };
  const [, sign, digits, exponent, suffix = ''] = match;
  const scale = exponent === undefined ? SUFFIXES[suffix] : Number(`1e${exponent}`);
  return { ok: true, value: (sign === '-' ? -1 : 1) * Number(digits) * scale };
}

/**
 * Reads an amount of one resource in our units: cpu in millicores, everything else in its base unit.
 * Rounded up as Kubernetes does, so that a request never becomes smaller. Below zero is a problem.
 */
export function parseAmount(resource: string, text: unknown): Parsed<number> {
  const parsed = parseQuantity(text);
  if (!parsed.ok) return parsed;
  if (parsed.value < 0) return { ok: false, problem: `${resource} must not be below zero` };
  const value = resource === 'cpu' ? parsed.value * 1000 : parsed.value;
  // The small allowance keeps 0.1 × 1000 = 100.00000000000001 at 100.
  return { ok: true, value: Math.ceil(value - 1e-6) };
}

/** Reads a resource list; what cannot be read is left out and named in `problems` (by resource). */
export function parseAmounts(list: unknown): { amounts: Amounts; problems: Record<string, string> } {
  const amounts: Amounts = {};
  const problems: Record<string, string> = {};
  if (typeof list !== 'object' || list === null) return { amounts, problems };
  for (const [resource, text] of Object.entries(list)) {
    const parsed = parseAmount(resource, text);
    if (parsed.ok) amounts[resource] = parsed.value;
    else problems[resource] = parsed.problem;
  }
  return { amounts, problems };
}

/** The other way round, as Kubernetes writes it: cpu 1500 → `"1500m"`, cpu 2000 → `"2"`, memory 2147483648 → `"2Gi"`. */
export function formatQuantity(resource: string, amount: number): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  if (resource !== 'memory' && resource !== 'ephemeral-storage' && !resource.startsWith('hugepages-')) return String(amount);
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    if (amount > 0 && amount % SUFFIXES[unit] === 0) return `${amount / SUFFIXES[unit]}${unit}`;
  }
  return String(amount);
}

/** Adds `more` × `times` into a copy of `to`. */
export function addAmounts(to: Amounts, more: Amounts, times = 1): Amounts {
  const sum = { ...to };
  for (const [resource, amount] of Object.entries(more)) sum[resource] = (sum[resource] ?? 0) + amount * times;
  return sum;
}
