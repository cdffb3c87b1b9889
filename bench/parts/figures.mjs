import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Figures of one bench: printed as they come, as a table at the end, and kept in `bench/results/<name>.json`.
 *
 * @param {string} name - the bench's
 * @param {number} seed
 */
export function figuresOf(name, seed) {
  const figures = [];
  return {
    /**
     * @param {{figure: string, value: number | string, unit: string, target?: string, met?: boolean, comparedTo?: string, part?: string}} figure - `part` of a
     *   bench whose parts can be measured alone
     */
    put(figure) {
      figures.push({ ...figure, load: Number(loadavg()[0].toFixed(1)), seed });
      console.log(`${figure.figure}: ${figure.value} ${figure.unit}${figure.comparedTo ? ` (${figure.comparedTo})` : ''}`);
    },
    /** Writes what was put; of other parts, what was measured before stays. @param {string} [out] - another file */
    finish(out = fileURLToPath(new URL(`../results/${name}.json`, import.meta.url))) {
      const parts = new Set(figures.map(each => each.part));
      const others = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')).filter(each => each.part && !parts.has(each.part)) : [];
      console.table(figures.map(({ figure, value, unit, target = '', met, load }) => ({ figure, value, unit, target, met: met ?? '', load })));
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, `${JSON.stringify([...others, ...figures], null, 2)}\n`);
    },
  };
}

/** @param {number[]} values @param {number} share - 0.5 is the median */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
