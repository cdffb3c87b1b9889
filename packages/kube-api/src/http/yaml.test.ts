import { parseBody } from './body';
import { duplicateKeys } from './duplicateKeys';
import { readYaml } from './yaml';

jest.setTimeout(30_000);

it.each([
  ['a: 1\nb: [x, "y"]', { a: 1, b: ['x', 'y'] }],
  ['mode: 0644\non: off\nyes: no', { mode: 420, true: false }],
  ['at: 22:22\nday: 2026-01-01\nbits: !!binary AA==', { at: '22:22', day: '2026-01-01', bits: 'AA==' }],
  ['base: &b {x: 1}\nuse: *b\nmerged: {<<: *b, z: 2}', { base: { x: 1 }, use: { x: 1 }, merged: { x: 1, z: 2 } }],
  ['text: |\n  a\n  b\n', { text: 'a\nb\n' }],
  ['{"a": {"b": []}}', { a: { b: [] } }],
])('reads %j', (text, value) => expect(readYaml(text).value).toEqual(value));

it('finds keys that stand twice, and keeps the last', () => {
  expect(readYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 3')).toEqual({
    value: { a: 3, b: { c: 2 } },
    duplicates: ['line 5: key "a" already set in map', 'line 4: key "c" already set in map'],
  });
});

/** Each of these once took the process, or minutes. */
const HOSTILE: Record<string, string> = {
  'open brackets': '['.repeat(100_000),
  'open braces': '{a: '.repeat(100_000),
  'brackets that seem closed': '["]",'.repeat(100_000),
  'nested dashes': `${'- '.repeat(100_000)}a`,
  'nested question marks': `${'? '.repeat(100_000)}a`,
  'deep indentation': Array.from({ length: 1_200 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
  'a billion laughs': `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(9)}]`).join('\n')}`,
  'many aliases': `a: &a x\nb: [${'*a,'.repeat(50_000)}]`,
  'an alias of itself': 'a: &a [*a]',
  'an alias of nothing': 'a: *b',
  'very many words': 'a,'.repeat(400_000),
  'many documents': '---\n'.repeat(30_000),
  'two documents': 'a: 1\n---\nb: 2',
  'no YAML': 'a: [1\nb: }',
};
it.each(Object.keys(HOSTILE))('refuses %s in time', name => {
  const started = Date.now();
  const read = () => parseBody({ bytes: Buffer.from(name === 'very many words' ? `[${HOSTILE[name]}]` : HOSTILE[name]), type: 'application/yaml' }, { validation: 'Strict', warn: () => undefined });
  expect(read).toThrow(expect.objectContaining({ code: 400 }));
  expect(Date.now() - started).toBeLessThan(10_000);
});

it('does not compare every key with every other', () => {
  const text = Array.from({ length: 30_000 }, (_, i) => `k${i}: v`).join('\n');
  expect(Object.keys(readYaml(text).value as object)).toHaveLength(30_000);
});

it('looks through JSON of any shape for keys that stand twice', () => {
  expect(duplicateKeys(`{"a":"${'\\"'.repeat(1_000_000)}","a":1}`)).toEqual(['a']);
  const deep = Buffer.from('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  expect(() => parseBody({ bytes: deep, type: 'application/json' }, { validation: 'Strict', warn: () => undefined })).toThrow(expect.objectContaining({ code: 400 }));
});

it('says nothing on the console of keys that are maps', () => {
  const said = jest.spyOn(process, 'emitWarning').mockImplementation();
  expect(readYaml('{ {a: b}: c }').value).toEqual({ '{ a: b }': 'c' });
  expect(said).not.toHaveBeenCalled();
  said.mockRestore();
});
