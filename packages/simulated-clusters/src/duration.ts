const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration such as `30s`, `2m` or `1.5h` in milliseconds; undefined when it is none. */
export function durationMs(text: unknown): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(text)) ?? [];
  return amount ? Number(amount) * UNITS[unit] : undefined;
}
