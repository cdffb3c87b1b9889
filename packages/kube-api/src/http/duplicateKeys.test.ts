import fc from 'fast-check';
import { duplicateKeys } from './duplicateKeys';

/** A JSON text as one may write it, taken apart: keys may stand twice, and be written with escapes. */
type Part = { text: string } | { items: Part[] } | { entries: [key: string, written: string, value: Part][] };

const escaped = (key: string) => [...key].map(each => (each.length === 1 ? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}` : each)).join('');
const key = fc.oneof(fc.constantFrom('a', 'b', '', '"', '\\', 'x\\"', '__proto__', '{', '],:'), fc.string());
const writtenKey = fc.tuple(key, fc.boolean()).map(([name, plain]): [string, string] => [name, plain ? JSON.stringify(name) : `"${escaped(name)}"`]);
const scalar = fc.oneof(fc.string().map(each => JSON.stringify(each)), fc.constantFrom('0', '-1.5e3', 'true', 'null', '"\\\\"', '"\\\\\\""', '"{,}[]:\\""'));
const { part } = fc.letrec<{ part: Part }>(tie => ({
  part: fc.oneof(
    { maxDepth: 5 },
    scalar.map(text => ({ text })),
    fc.array(tie('part')).map(items => ({ items })),
    fc.array(fc.tuple(writtenKey, tie('part'))).map(all => ({ entries: all.map(([[name, written], value]): [string, string, Part] => [name, written, value]) })),
  ),
}));

function write(value: Part, space: string): string {
  if ('text' in value) return value.text;
  if ('items' in value) return `[${value.items.map(each => write(each, space)).join(`${space},${space}`)}]`;
  return `{${value.entries.map(([, written, each]) => `${space}${written}${space}:${space}${write(each, space)}`).join(',')}}`;
}

function twice(value: Part, path: string): string[] {
  if ('text' in value) return [];
  if ('items' in value) return value.items.flatMap((each, index) => twice(each, `${path}[${index}]`));
  return value.entries.flatMap(([name, , each], index) => {
    const at = path ? `${path}.${name}` : name;
    return [...(value.entries.slice(0, index).some(([other]) => other === name) ? [at] : []), ...twice(each, at)];
  });
}

it('finds the keys that stand twice, in their order, in any text', () => {
  fc.assert(
    fc.property(part, fc.constantFrom('', ' ', '\n\t'), fc.integer({ min: 1, max: 10 }), (value, space, limit) => {
      expect(duplicateKeys(write(value, space), limit)).toEqual(twice(value, '').slice(0, limit));
    }),
    { numRuns: 2_000 },
  );
});

it('costs about what parsing does, or less', () => {
  const text = JSON.stringify({ data: Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`key-${index}`, `value ${index}`])) });
  const cpuOf = (run: () => void) => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const least = (run: () => void) => Math.min(...Array.from({ length: 5 }, () => cpuOf(run)));
  expect(least(() => duplicateKeys(text))).toBeLessThan(2 * least(() => JSON.parse(text)));
});
