import { matchesFields, matchesLabels, parseFieldSelector, parseLabelSelector } from './selectors';

const object = (labels?: Record<string, string>) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b', labels } });

describe('label selectors', () => {
  it.each([
    ['', []],
    ['a=b', [{ key: 'a', operator: 'In', values: ['b'] }]],
    ['a==b, c != d', [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'c', operator: 'NotIn', values: ['d'] }]],
    ['e in (f,g),!h', [{ key: 'e', operator: 'In', values: ['f', 'g'] }, { key: 'h', operator: 'DoesNotExist', values: [] }]],
    ['x notin (y)', [{ key: 'x', operator: 'NotIn', values: ['y'] }]],
    ['a=,b', [{ key: 'a', operator: 'In', values: [''] }, { key: 'b', operator: 'Exists', values: [] }]],
    ['fleet.kurator.dev/track=stable', [{ key: 'fleet.kurator.dev/track', operator: 'In', values: ['stable'] }]],
  ])('parses %s', (text, wanted) => expect(parseLabelSelector(text)).toEqual(wanted));

  it.each(['a=b=c', 'a in', 'a in (b', '=b', 'a,', ',a', 'a b', '!', 'a/b/c=d', '-a', 'a=-', '(', 'a in b', `a=${'x'.repeat(64)}`])(
    'refuses %s',
    text => expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400 })),
  );

  it.each([
    ['a=b', { a: 'b' }, true],
    ['a=b', {}, false],
    ['a!=b', {}, true],
    ['a notin (b,c)', { a: 'c' }, false],
    ['a', { a: '' }, true],
    ['!constructor', {}, true],
    ['constructor', {}, false],
  ])('%s on %j is %s', (text, labels, wanted) =>
    expect(matchesLabels(object(labels as Record<string, string>), parseLabelSelector(text))).toBe(wanted),
  );
});

describe('field selectors', () => {
  const pods = { group: '', resource: 'pods' };
  it('parses, unescapes and matches', () => {
    expect(parseFieldSelector('metadata.name=a,metadata.namespace!=x', pods)).toEqual([
      { path: 'metadata.name', operator: '=', value: 'a' },
      { path: 'metadata.namespace', operator: '!=', value: 'x' },
    ]);
    expect(parseFieldSelector('metadata.name=a\\,b\\=c', pods)[0].value).toBe('a,b=c');
    const pod = { ...object(), status: { phase: 'Running' } };
    expect(matchesFields(pod, parseFieldSelector('status.phase=Running,spec.nodeName=', pods))).toBe(true);
    expect(matchesFields(pod, parseFieldSelector('status.phase!=Running', pods))).toBe(false);
  });

  it.each(['spec.image=x', 'metadata', 'constructor=x', '=x'])('refuses %s', text =>
    expect(() => parseFieldSelector(text, pods)).toThrow(expect.objectContaining({ code: 400 })),
  );
});
