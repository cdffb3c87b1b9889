const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E))?$/;
/** Longer numbers are refused before arithmetic is done on them. */
const MAX_LENGTH = 40;

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 1_000_000_000n;

/** What a Go decoder says of a text that is no quantity. */
export const QUANTITY_RULE = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

interface Quantity {
  /** In units of 10⁻⁹, finer parts rounded up as Kubernetes does. */
  nano: bigint;
  format: 'decimal' | 'binary' | 'exponent';
}

/** Whether the value is a quantity. */
export const isQuantity = (value: unknown) =>
  typeof value === 'number' ? QUANTITY.test(String(value)) : typeof value === 'string' && value.length <= MAX_LENGTH && QUANTITY.test(value);

/** Reads `500m`, `1.5Gi`, `1e3` or a number. Undefined where it is no quantity. */
export function parseQuantity(value: unknown): Quantity | undefined {
  // In this order: `String` of an object calls what the object brings as its `toString`.
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (text.length > MAX_LENGTH) return undefined;
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign, digits, exponent, suffix = ''] = match;
  const [whole, fraction = ''] = digits.split('.');
  const mantissa = BigInt((whole || '0') + fraction);
  const binary = BINARY.indexOf(suffix) > 0;
  const power = (exponent ? Number(exponent.slice(1)) : 0) + (binary ? 0 : (DECIMAL.indexOf(suffix) - 3) * 3) + 9 - fraction.length;
  const scaled = mantissa * (binary ? 1024n ** BigInt(BINARY.indexOf(suffix)) : 1n);
  const nano = power >= 0 ? scaled * 10n ** BigInt(power) : divideUp(scaled, 10n ** BigInt(-power));
  return { nano: sign === '-' ? -nano : nano, format: exponent ? 'exponent' : binary ? 'binary' : 'decimal' };
}

const divideUp = (value: bigint, by: bigint) => (value + by - 1n) / by;

/** -1, 0 or 1, as `a` is less than, equal to or more than `b`. Both must be quantities. */
export function compareQuantities(a: unknown, b: unknown): number {
  const difference = parseQuantity(a)!.nano - parseQuantity(b)!.nano;
  return difference < 0n ? -1 : Number(difference > 0n);
}

export const isWhole = (value: unknown) => parseQuantity(value)!.nano % NANO === 0n;
export const isNegative = (value: unknown) => parseQuantity(value)!.nano < 0n;

/** The form Kubernetes stores: `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`. Finer than a thousandth is rounded up. */
export function canonicalQuantity(value: unknown): string {
  const quantity = parseQuantity(value);
  if (!quantity) return typeof value === 'string' ? value : JSON.stringify(value);
  const milli = divideUp(quantity.nano < 0n ? -quantity.nano : quantity.nano, 1_000_000n);
  const sign = quantity.nano < 0n ? '-' : '';
  if (milli === 0n) return '0';
  if (quantity.format === 'binary' && milli >= 1_024_000n && milli % 1000n === 0n) return sign + largest(milli / 1000n, 1024n, BINARY);
  if (quantity.format === 'exponent' && milli % 1000n === 0n) return sign + withExponent(milli / 1000n);
  return sign + largest(milli, 1000n, DECIMAL.slice(2));
}

function largest(value: bigint, base: bigint, suffixes: string[]): string {
  let rest = value;
  let index = 0;
  while (index < suffixes.length - 1 && rest % base === 0n) {
    rest /= base;
    index++;
  }
  return `${rest}${suffixes[index]}`;
}

function withExponent(value: bigint): string {
  let rest = value;
  let exponent = 0;
  while (rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  return exponent > 0 ? `${rest}e${exponent}` : `${rest}`;
}
