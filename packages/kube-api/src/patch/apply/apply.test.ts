import fc from 'fast-check';
import { OPEN, Shape } from '../../schema/shape';
import type { Schema } from '../../types';
import { compare } from './compare';
import { FieldSet, fromFieldsV1, pathText, toFieldsV1 } from './fieldSet';
import { mergeTyped } from './mergeTyped';
import { toFieldSet } from './toFieldSet';
import { applyConfiguration, updateManagers } from './updater';
import type { Actor, Managers } from './updater';

const schema: Schema = {
  type: 'object',
  properties: {
    number: { type: 'integer' },
    text: { type: 'string' },
    struct: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    atomicMap: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
    atomicList: { type: 'array', items: { type: 'string' } },
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    list: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', properties: { name: { type: 'string' }, value: { type: 'integer' }, more: { type: 'string' } } },
    },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const shape = new Shape(schema, {}, false);
const actor = (manager: string): Actor => ({ manager, apiVersion: 'v1', ownable: set => set });

/** An object with its managers, written by several hands. */
class Live {
  object: any = {};
  managers: Managers = new Map();

  apply(manager: string, config: object, force = false): string[] {
    const { object, managers, conflicts } = applyConfiguration(shape, this.object, config, this.managers, actor(manager));
    if (conflicts.length > 0 && !force) return conflicts.map(each => `${each.manager} ${pathText(each.path)}`);
    Object.assign(this, { object, managers });
    return [];
  }

  update(manager: string, object: object): void {
    this.managers = updateManagers(shape, this.object, object, this.managers, actor(manager));
    this.object = object;
  }

  owned(manager: string): string[] {
    return [...(this.managers.get(manager)?.set.paths() ?? [])].map(pathText).sort();
  }
}

describe('fields of an object', () => {
  it.each<[string, object, string[]]>([
    ['scalars are leaves', { number: 1, text: 'x' }, ['.number', '.text']],
    ['a struct is its fields', { struct: { a: 'x' } }, ['.struct.a']],
    ['an empty struct is itself', { struct: {} }, ['.struct']],
    ['keys of a map are members', { labels: { a: 'x' } }, ['.labels.a']],
    ['atomic maps and lists are one piece', { atomicMap: { a: 'x' }, atomicList: ['x', 'y'] }, ['.atomicList', '.atomicMap']],
    ['values of a set are members', { set: ['x', 'y'] }, ['.set[="x"]', '.set[="y"]']],
    ['items of a map list are members beside their fields', { list: [{ name: 'n', value: 1 }] }, ['.list[name="n"]', '.list[name="n"].name', '.list[name="n"].value']],
    ['what no schema describes goes by key, its lists in one piece', { open: { a: { b: [1, { c: 2 }] } } }, ['.open.a', '.open.a.b']],
  ])('%s', (_what, object, paths) => {
    expect([...toFieldSet(shape, object).paths()].map(pathText).sort()).toEqual(paths);
  });

  it('survive being written as fieldsV1', () => {
    const set = toFieldSet(shape, { struct: { a: 'x' }, labels: { a: 'x' }, set: ['x'], list: [{ name: 'n', value: 1 }], open: { a: { b: 1 } } });
    const written = toFieldsV1(set);
    expect(written).toMatchObject({ 'f:list': { 'k:{"name":"n"}': { '.': {}, 'f:name': {}, 'f:value': {} } }, 'f:set': { 'v:"x"': {} } });
    expect(fromFieldsV1(JSON.parse(JSON.stringify(written))).equals(set)).toBe(true);
  });

  it.each([[null], ['x'], [{ 'x:a': {} }], [{ 'k:{': {} }]])('are not read from %j', raw => {
    expect(() => fromFieldsV1(raw)).toThrow();
  });
});

describe('comparing', () => {
  it.each<[string, object, object, { added?: string[]; removed?: string[]; modified?: string[] }]>([
    ['a changed scalar', { number: 1 }, { number: 2 }, { modified: ['.number'] }],
    ['a new struct, with its fields', {}, { struct: { a: 'x' } }, { added: ['.struct', '.struct.a'] }],
    ['a removed key', { labels: { a: 'x', b: 'y' } }, { labels: { b: 'y' } }, { removed: ['.labels.a'] }],
    ['a changed atomic list, as one piece', { atomicList: ['x'] }, { atomicList: ['x', 'y'] }, { modified: ['.atomicList'] }],
    ['a new item, with its fields', { list: [] }, { list: [{ name: 'n' }] }, { added: ['.list[name="n"]', '.list[name="n"].name'] }],
    ['no change by order of items', { list: [{ name: 'a' }, { name: 'b' }] }, { list: [{ name: 'b' }, { name: 'a' }] }, {}],
    ['a map that became text', { open: { a: { b: 1 } } }, { open: { a: 'x' } }, { modified: ['.open.a'], removed: ['.open.a.b'] }],
  ])('sees %s', (_what, left, right, wanted) => {
    const found = compare(shape, left, right);
    const texts = (set: FieldSet) => [...set.paths()].map(pathText).sort();
    expect({ added: texts(found.added), removed: texts(found.removed), modified: texts(found.modified) }).toEqual({ added: [], removed: [], modified: [], ...wanted });
  });
});

describe('merging lists', () => {
  const named = (...names: string[]) => ({ list: names.map(name => ({ name })) });
  it.each<[string, string[], string[], string[]]>([
    ['keeps items only the left has after their neighbours', ['a', 'b', 'c'], ['c', 'd'], ['a', 'b', 'c', 'd']],
    ['takes the order of the right', ['a', 'b', 'c'], ['c', 'b', 'a'], ['c', 'b', 'a']],
    ['mixes both orders', ['1', 'x', '2', '3'], ['3', '1'], ['x', '2', '3', '1']],
    ['appends new items', ['a'], ['b'], ['a', 'b']],
  ])('%s', (_what, left, right, out) => {
    expect((mergeTyped(shape, named(...left), named(...right)) as any).list.map((item: any) => item.name)).toEqual(out);
  });
});

describe('apply', () => {
  it('sets what it names and owns it', () => {
    const live = new Live();
    live.apply('a', { number: 1, labels: { x: '1' } });
    expect(live.object).toEqual({ number: 1, labels: { x: '1' } });
    expect(live.owned('a')).toEqual(['.labels.x', '.number']);
  });

  it('removes what it names no more, and the struct with its last field', () => {
    const live = new Live();
    live.apply('a', { number: 1, struct: { a: 'x' }, labels: { x: '1', y: '2' }, list: [{ name: 'n', value: 1 }], set: ['s', 't'] });
    live.apply('a', { labels: { y: '2' }, set: ['t'] });
    expect(live.object).toEqual({ labels: { y: '2' }, set: ['t'] });
  });

  it('leaves what another applier or an update holds too', () => {
    const live = new Live();
    live.apply('a', { number: 1, labels: { x: '1', y: '2' } });
    live.apply('b', { labels: { x: '1' } });
    live.update('c', { ...live.object, labels: { ...live.object.labels, z: '3' } });
    live.apply('a', {});
    expect(live.object).toEqual({ labels: { x: '1', z: '3' } });
  });

  it('refuses to change what another holds, says whose, and takes it by force', () => {
    const live = new Live();
    live.apply('a', { number: 1, list: [{ name: 'n', value: 1 }] });
    expect(live.apply('b', { number: 2, list: [{ name: 'n', value: 2, more: 'x' }] })).toEqual(['a .number', 'a .list[name="n"].value']);
    live.apply('b', { number: 2, list: [{ name: 'n', value: 2, more: 'x' }] }, true);
    expect(live.object).toEqual({ number: 2, list: [{ name: 'n', value: 2, more: 'x' }] });
    expect(live.owned('a')).toEqual(['.list[name="n"]', '.list[name="n"].name']);
  });

  it('shares equal values without conflict', () => {
    const live = new Live();
    live.apply('a', { number: 1 });
    expect(live.apply('b', { number: 1 })).toEqual([]);
    expect(live.owned('a')).toEqual(live.owned('b'));
  });

  it('loses a field to an update that changes it', () => {
    const live = new Live();
    live.apply('a', { number: 1, text: 'x' });
    live.update('scaler', { number: 5, text: 'x' });
    expect([live.owned('a'), live.owned('scaler')]).toEqual([['.text'], ['.number']]);
    expect(live.apply('a', { number: 1, text: 'x' })).toEqual(['scaler .number']);
    live.apply('a', { text: 'x' });
    expect(live.object).toEqual({ number: 5, text: 'x' });
  });

  it('does not bring back an item it once owned and an update removed', () => {
    const live = new Live();
    live.apply('a', { list: [{ name: 'n' }, { name: 'm' }] });
    live.update('b', { list: [{ name: 'm' }] });
    expect(live.owned('a')).toEqual(['.list[name="m"]', '.list[name="m"].name']);
  });

  it('treats what no schema describes by key', () => {
    const live = new Live();
    expect(new Shape({}, {}, false).kind).toBe(OPEN.kind);
    live.apply('a', { open: { x: { y: 1 } } });
    live.apply('b', { open: { x: { z: 2 } } });
    live.apply('a', { open: {} });
    expect(live.object).toEqual({ open: { x: { z: 2 } } });
  });
});

describe('laws of apply', () => {
  const text = fc.constantFrom('x', 'y', 'z');
  const part = (names: string[]) =>
    fc.record(
      {
        labels: fc.dictionary(fc.constantFrom(...names), text),
        list: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), value: fc.integer({ min: 0, max: 3 }) }), { selector: item => item.name, maxLength: 3 }),
        set: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
        open: fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.dictionary(fc.constantFrom('p', 'q'), text))),
      },
      { requiredKeys: [] },
    );
  const mine = part(['a1', 'a2', 'a3']);
  const theirs = part(['b1', 'b2', 'b3']);

  /** Order of items and empty collections aside: which hand came first may show there. */
  const content = (value: any): unknown => {
    if (Array.isArray(value)) return value.length === 0 ? undefined : [...value].map(content).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    if (value === null) return undefined;
    if (typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, each]) => [key, content(each)] as const).filter(([, each]) => each !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  };

  it('any order of disjoint applies gives the same object and owners', () => {
    fc.assert(
      fc.property(mine, theirs, (a, b) => {
        const [one, other] = [new Live(), new Live()];
        expect([...one.apply('a', a), ...one.apply('b', b), ...other.apply('b', b), ...other.apply('a', a)]).toEqual([]);
        expect(content(one.object)).toEqual(content(other.object));
        for (const manager of ['a', 'b']) expect(one.owned(manager)).toEqual(other.owned(manager));
      }),
    );
  });

  it('applying twice changes nothing', () => {
    fc.assert(
      fc.property(mine, theirs, (a, b) => {
        const live = new Live();
        live.apply('b', b);
        live.apply('a', a);
        const before = JSON.stringify(live.object);
        live.apply('a', a);
        expect(JSON.stringify(live.object)).toBe(before);
      }),
    );
  });

  it('a later configuration of one manager leaves the other manager alone', () => {
    fc.assert(
      fc.property(mine, mine, theirs, (first, second, b) => {
        const live = new Live();
        live.apply('a', first);
        live.apply('b', b);
        live.apply('a', second);
        const straight = new Live();
        straight.apply('a', second);
        straight.apply('b', b);
        expect(content(live.object)).toEqual(content(straight.object));
        expect(live.owned('b')).toEqual(straight.owned('b'));
      }),
    );
  });

  it('a forced apply always gets what it names', () => {
    fc.assert(
      fc.property(mine, mine, (a, b) => {
        const live = new Live();
        live.apply('a', a);
        live.apply('b', b, true);
        expect(compare(shape, live.object, mergeTyped(shape, live.object, b)).isSame).toBe(true);
      }),
    );
  });
});
