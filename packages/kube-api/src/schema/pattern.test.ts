import { widgetCrd } from '../verbs/testKit';
import { validateCrd } from '../registry/validateCrd';
import { matchesPattern, whyNoPattern } from './pattern';

const matches = (pattern: string, text: string) => matchesPattern({ type: 'string', pattern }, text);

describe('patterns are those of Go', () => {
  it.each<[string, string, boolean]>([
    ['b', 'abc', true],
    ['', 'x', true],
    ['^a$', 'a\n', false],
    ['\\Aa\\z', 'a', true],
    ['(?i)^shop$', 'ShOp', true],
    ['(?s)^.$', '\n', true],
    ['^.$', '\n', false],
    ['^\\pL+$', 'größe', true],
    ['^\\pL+$', 'a1', false],
    ['^\\p{Greek}$', 'λ', true],
    ['^[[:alpha:]]+$', 'ab', true],
    ['^(?P<name>a)$', 'a', true],
    ['^(?<name>a)$', 'a', true],
    ['^\\Q.*\\E$', '.*', true],
    ['^\\Q.*\\E$', 'ab', false],
    ['^.$', '😀', true],
    ['^\\d$', '٣', false],
    ['^\\x{1F600}$', '😀', true],
    ['^a{2,3}$', 'aaaa', false],
  ])('%s on %j: %s', (pattern, text, wanted) => expect(matches(pattern, text)).toBe(wanted));

  it.each<[string, string]>([
    ['(', 'missing closing ): `(`'],
    ['+', 'missing argument to repetition operator: `+`'],
    ['a++', 'invalid nested repetition operator: `++`'],
    ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?!x)', 'invalid or unsupported Perl syntax: `(?!`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a\\Z', 'invalid escape sequence: `\\Z`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['\\p{Foo}', 'invalid character class range: `\\p{Foo}`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['((a{100}){100}){100}', 'invalid repeat count: `{100}`'],
    ['(?P<n>a)(?P<n>b)', 'duplicate capture group name: `n`'],
  ])('%s is none: %s', (pattern, why) => expect(whyNoPattern(pattern)).toBe(`must be a valid regular expression, but isn't: error parsing regexp: ${why}`));

  it('refuses with its definition what Go cannot read, at any depth', () => {
    const spec = { type: 'object', properties: { a: { type: 'string', pattern: 'a(?=b)' } }, anyOf: [{ properties: { a: { pattern: '(?!x)' } } }] };
    const root = 'spec.validation.openAPIV3Schema.properties[spec]';
    expect(validateCrd(widgetCrd(spec)).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      `${root}.properties[a].pattern: Invalid value: "a(?=b)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?=\``,
      `${root}.anyOf[0].properties[a].pattern: Invalid value: "(?!x)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?!\``,
    ]);
  });
});

describe('a pattern cannot hold up the process', () => {
  /** CPU time of this process, ms: other work on the machine does not count. */
  function cpuOf(run: () => void): number {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  }

  // The last but one has a state for each way to have read the text, the last an engine that keeps no states.
  it.each(['(a+)+$', '^(a|a)*$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*a){12}x', '[ab]*a[ab]{900}c$', '\\b[ab]*a[ab]{900}c\\b'])('%s on 50 kB', pattern => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(cpuOf(() => expect(matches(pattern, text)).toBe(false))).toBeLessThan(2_000);
  });

  it('does not try what would take longer', () => {
    const slow = '\\b[ab]*a[ab]{900}\\b';
    expect(matches(slow, 'a'.repeat(1_000))).toBe(true);
    expect(cpuOf(() => expect(matches(slow, 'a'.repeat(1_000_000))).toBe(false))).toBeLessThan(500);
    expect(whyNoPattern('a'.repeat(20_001))).toContain('at most 20000 characters');
  });
});
