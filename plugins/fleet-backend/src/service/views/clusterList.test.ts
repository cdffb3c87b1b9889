import type { ClusterPage, ClusterRow } from '@flotilla/backstage-plugin-fleet-common';
import fc from 'fast-check';
import { clusterPage, facetsOf, type Listed } from './clusterList';
import type { ListQuery } from './paging';

const row = (name: string, over: Partial<ClusterRow> = {}): ClusterRow => ({
  name, state: 'Healthy', because: { code: 'ClusterAnswers', values: {} }, stateSince: 0, provider: 'huawei', region: 'north', zone: '', mode: 'Manage',
  version: '1.36.0', fleets: ['team/a'], owner: 'team', applications: 0, debt: 0, ...over,
});
const listed = (name: string, over: Partial<ClusterRow> = {}, labels: string[] = []): Listed => ({ row: row(name, over), labels });
const cpu = (asked: number) => ({ asked, total: 100 });

const FIVE = [
  listed('e', { cpu: cpu(50), region: 'south', state: 'Held' }, ['has-gpu=true']),
  listed('b', { cpu: cpu(90), region: '', provider: 'aliyun' }),
  listed('d', { region: 'south', owner: 'other', fleets: [] }),
  listed('a', { cpu: cpu(10), gpu: { asked: 1, total: 4 } }, ['has-gpu=true', 'tier=gold']),
  listed('c', { cpu: cpu(50), gpu: { asked: 2, total: 4 } }, ['tier=silver']),
];

const names = (query: ListQuery, of: readonly Listed[] = FIVE) => clusterPage(of, query).items.map(each => each.name).join('');

describe('a list of clusters', () => {
  it.each<[string, ListQuery, string]>([
    ['is sorted by name', {}, 'abcde'],
    ['is sorted by a field, equal ones by name, unknown last', { sort: 'cpu' }, 'acebd'],
    ['is sorted downwards, unknown last all the same', { sort: '-cpu' }, 'bcead'],
    ['is sorted by urgency of state', { sort: 'state' }, 'eabcd'],
    ['keeps its order where the field is none of ours', { sort: 'constructor' }, 'abcde'],
    ['is filtered by state', { state: 'Held' }, 'e'],
    ['is filtered by provider', { provider: 'aliyun' }, 'b'],
    ['is filtered by region', { region: 'south' }, 'de'],
    ['is filtered by owner', { owner: 'other' }, 'd'],
    ['is filtered by fleet', { fleet: 'team/a' }, 'abce'],
    ['is filtered by a label and its value', { label: 'tier=gold' }, 'a'],
    ['is filtered by a label whatever its value', { label: 'tier' }, 'ac'],
    ['is filtered by several labels that must all be there', { label: 'tier,has-gpu=true' }, 'a'],
    ['takes no label for another that begins alike', { label: 'tie' }, ''],
    ['is searched by name, provider and region, whatever the case', { search: 'SOUTH' }, 'de'],
    ['is filtered by all at once', { region: 'south', state: 'Held', search: 'e' }, 'e'],
  ])('%s', (_, query, expected) => expect(names(query)).toBe(expected));

  it('counts what fits, not what the page shows', () => {
    expect(clusterPage(FIVE, { limit: 2, region: 'south' })).toMatchObject({ total: 2, from: 0, moved: 0 });
    expect(clusterPage(FIVE, { limit: 2 })).toMatchObject({ total: 5 });
  });

  it('shows the last page to a cursor behind the end', () => {
    const { nextCursor } = clusterPage(FIVE, { limit: 4 });
    expect(clusterPage(FIVE.slice(0, 3), { limit: 2, cursor: nextCursor })).toMatchObject({ from: 2, items: [{ name: 'e' }] });
    expect(clusterPage([], { cursor: nextCursor })).toMatchObject({ from: 0, items: [], total: 0 });
  });

  it('does not trust what stands in the address', () => {
    expect(names({ limit: -5, cursor: '%%%', group: 'constructor', closed: ',,', hold: ',' })).toBe('a');
    expect(clusterPage(FIVE, { limit: 1e9 }).items).toHaveLength(5);
  });
});

describe('groups', () => {
  const page = (query: ListQuery = {}) => clusterPage(FIVE, { group: 'region', ...query });

  it('have counts of the whole group and sums of what is known; what has no region stands last', () => {
    expect(page().groups).toEqual([
      { key: 'north', total: 2, states: { Healthy: 2 }, cpu: { asked: 60, total: 200 }, gpu: { asked: 3, total: 8 }, open: true, rows: 2, continued: false },
      { key: 'south', total: 2, states: { Healthy: 1, Held: 1 }, cpu: cpu(50), gpu: undefined, open: true, rows: 2, continued: false },
      { key: '', total: 1, states: { Healthy: 1 }, cpu: cpu(90), gpu: undefined, open: true, rows: 1, continued: false },
    ]);
    expect(page().items.map(each => each.name).join('')).toBe('acdeb');
  });

  it('are one line when closed, with their counts', () => {
    const closed = page({ closed: 'north,-' });
    expect(closed.items.map(each => each.name).join('')).toBe('de');
    expect(closed.groups!.map(({ key, total, open, rows }) => [key, total, open, rows])).toEqual([['north', 2, false, 0], ['south', 2, true, 2], ['', 1, false, 0]]);
    expect(closed.total).toBe(5);
  });

  it('count only what fits the filters', () => expect(page({ state: 'Held' }).groups).toMatchObject([{ key: 'south', total: 1 }]));

  it('say that they began on an earlier page', () => {
    const { nextCursor } = page({ limit: 3 });
    expect(page({ limit: 3, cursor: nextCursor }).groups).toMatchObject([{ key: 'south', continued: true, rows: 1, total: 2 }, { key: '', continued: false }]);
  });

  it('lead through all rows once, page by page, whatever is closed', () => {
    const region = fc.constantFrom('', 'x', 'y', 'z');
    fc.assert(
      fc.property(fc.array(region, { maxLength: 30 }), fc.subarray(['-', 'x', 'y', 'z']), fc.integer({ min: 1, max: 7 }), (regions, closed, limit) => {
        const all = regions.map((each, index) => listed(`c${index}`, { region: each }));
        const seen: string[] = [];
        const heads = new Set<string>();
        let cursor: string | undefined;
        for (let pages = 0; pages <= regions.length + 4; pages++) {
          const found: Omit<ClusterPage, 'version' | 'now'> = clusterPage(all, { group: 'region', closed: closed.join(','), limit, cursor });
          seen.push(...found.items.map(each => each.name));
          expect(found.groups!.reduce((sum, group) => sum + group.rows, 0)).toBe(found.items.length);
          found.groups!.filter(group => !group.open).forEach(group => heads.add(group.key || '-'));
          cursor = found.nextCursor;
          if (!cursor) break;
        }
        const open = all.filter(each => !closed.includes(each.row.region || '-')).map(each => each.row.name);
        expect([...seen].sort()).toEqual([...open].sort());
        expect(new Set(seen).size).toBe(seen.length);
        expect([...heads].sort()).toEqual(closed.filter(key => regions.some(each => each === (key === '-' ? '' : key))).sort());
      }),
    );
  });
});

describe('rows that are held', () => {
  const busy = (over: Record<string, number>) => FIVE.map(each => ({ ...each, row: { ...each.row, cpu: cpu(over[each.row.name] ?? each.row.cpu?.asked ?? 0) } }));

  it('stay where they were with their newest facts, and say how many lines differ', () => {
    const page = clusterPage(busy({ a: 99 }), { sort: '-cpu', hold: 'b,c,e,a,d' });
    expect(page.items.map(each => each.name).join('')).toBe('bcead');
    expect(page.items[3].cpu).toEqual(cpu(99));
    expect(page.moved).toBe(4);
    expect(clusterPage(busy({ a: 99 }), { sort: '-cpu' }).items.map(each => each.name).join('')).toBe('abced');
  });

  it('count nothing while the order is the same', () => expect(clusterPage(FIVE, { hold: 'a,b,c,d,e' }).moved).toBe(0));

  it('go when they no longer fit, and what is new comes after them', () => {
    const without = FIVE.filter(each => each.row.name !== 'c');
    const page = clusterPage([...without, listed('aa')], { hold: 'a,b,c,d,e' });
    expect(page.items.map(each => each.name)).toEqual(['a', 'b', 'd', 'e', 'aa']);
    expect(page.moved).toBe(4);
  });

  it('stay on the page though others push them off, and no more than a page is shown', () => {
    const page = clusterPage(busy({ d: 100 }), { sort: '-cpu', limit: 2, hold: 'b,c' });
    expect(page.items.map(each => each.name).join('')).toBe('bc');
    expect(page.moved).toBe(2);
  });

  it('stay within their group, and change it when they must', () => {
    const moved = FIVE.map(each => (each.row.name === 'a' ? { ...each, row: { ...each.row, region: 'south' } } : each));
    const page = clusterPage(moved, { group: 'region', hold: 'a,c,d,e,b' });
    expect(page.items.map(each => each.name).join('')).toBe('cadeb');
    expect(page.groups!.map(({ key, rows }) => [key, rows])).toEqual([['north', 1], ['south', 3], ['', 1]]);
  });
});

describe('what clusters can be filtered by', () => {
  it('is counted, the most frequent first, without what is not known', () => {
    const facets = facetsOf(FIVE);
    expect(facets.region).toEqual([{ value: 'north', count: 2 }, { value: 'south', count: 2 }]);
    expect(facets.owner).toEqual([{ value: 'team', count: 4 }, { value: 'other', count: 1 }]);
    expect(facets.label[0]).toEqual({ value: 'has-gpu=true', count: 2 });
  });

  it('is bounded', () => expect(facetsOf(Array.from({ length: 1_000 }, (_, index) => listed(`c${index}`, {}, [`id=${index}`]))).label).toHaveLength(200));
});
