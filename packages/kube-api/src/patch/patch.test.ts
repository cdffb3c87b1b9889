import { builtinDefinitions } from '../builtins';
import { Shape } from '../schema/shape';
import { applyJsonPatch } from './jsonPatch';
import { applyMergePatch } from './mergePatch';
import { applyStrategicMergePatch } from './strategicMerge';

const deployment = new Shape({ $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' }, builtinDefinitions, true);
const template = (spec: object) => ({ spec: { template: { spec } } });
const patchTemplate = (before: object, patch: object) =>
  (applyStrategicMergePatch(deployment, template(before), template(patch)) as any).spec.template.spec;
const refusalOf = (call: () => unknown) => {
  try {
    call();
  } catch (error: any) {
    return { code: error.code, message: error.message };
  }
  return undefined;
};

describe('JSON patch', () => {
  it('copies and moves as RFC 6902 says, and leaves the document as it was', () => {
    const document = { a: { b: 1 }, list: [1] };
    const patch = [{ op: 'copy', from: '/a', path: '/c' }, { op: 'replace', path: '/c/b', value: 2 }, { op: 'move', from: '/list/0', path: '/d' }];
    expect(applyJsonPatch(document, patch)).toEqual({ a: { b: 1 }, list: [], c: { b: 2 }, d: 1 });
    expect(document).toEqual({ a: { b: 1 }, list: [1] });
  });

  it('refuses copies that fill the memory, and depth that no walk survives', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/x${i}` }));
    expect(refusalOf(() => applyJsonPatch({ a: { text: 'x'.repeat(100) } }, doubling))).toMatchObject({ code: 422, message: 'the server rejected our request due to an error in our request' });
    const deepening = Array.from({ length: 300 }, (_, i) => ({ op: 'add', path: '/a'.repeat(i + 1), value: {} }));
    expect(refusalOf(() => applyJsonPatch({}, deepening))).toEqual({ code: 400, message: 'the patched object is nested more than 200 levels deep' });
  });

  it('never touches a prototype', () => {
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted', '/a/__proto__']) {
      expect(refusalOf(() => applyJsonPatch({ a: {} }, [{ op: 'add', path, value: {} }]))?.code).toBeGreaterThanOrEqual(400);
    }
    expect(({} as any).polluted).toBeUndefined();
  });
});

describe('merge patch', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['sets and adds', { a: 1 }, { a: 2, b: 3 }, { a: 2, b: 3 }],
    ['removes by null', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ['goes into maps', { a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    ['replaces lists', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['drops nulls of new maps', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
    ['makes a map of a scalar', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('%s', (_what, document, patch, out) => {
    const before = JSON.stringify(document);
    expect(applyMergePatch(document, patch)).toEqual(out);
    expect(JSON.stringify(document)).toBe(before);
  });
});

describe('strategic merge patch', () => {
  const two = { containers: [{ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }] };

  it('merges lists by their merge key', () => {
    expect(patchTemplate(two, { containers: [{ name: 'b', image: 'b:2' }] })).toEqual({ containers: [{ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:2' }] });
  });

  it('adds what is new before what only the server has, as Kubernetes does', () => {
    const { containers } = patchTemplate(two, { containers: [{ name: 'c', image: 'c:1' }] });
    expect(containers.map((each: any) => each.name)).toEqual(['c', 'a', 'b']);
  });

  it('deletes items by $patch: delete', () => {
    expect(patchTemplate(two, { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({ containers: [{ name: 'b', image: 'b:1' }] });
  });

  it('replaces a list by $patch: replace', () => {
    expect(patchTemplate(two, { containers: [{ $patch: 'replace' }, { name: 'c', image: 'c:1' }] })).toEqual({ containers: [{ name: 'c', image: 'c:1' }] });
  });

  it('replaces and empties maps by directive', () => {
    const before = { nodeSelector: { a: '1', b: '2' } };
    expect(patchTemplate(before, { nodeSelector: { $patch: 'replace', c: '3' } })).toEqual({ nodeSelector: { c: '3' } });
    expect(patchTemplate(before, { nodeSelector: { $patch: 'delete' } })).toEqual({ nodeSelector: {} });
  });

  it('replaces lists without a merge strategy', () => {
    const before = { containers: [{ name: 'a', args: ['1', '2'] }] };
    expect(patchTemplate(before, { containers: [{ name: 'a', args: ['3'] }] }).containers[0].args).toEqual(['3']);
  });

  it('keeps only the keys of $retainKeys', () => {
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(applyStrategicMergePatch(deployment, before, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
    const wrong = { spec: { strategy: { $retainKeys: [], type: 'Recreate' } } };
    expect(refusalOf(() => applyStrategicMergePatch(deployment, before, wrong))).toMatchObject({ code: 400 });
  });

  it('merges and deletes from lists of scalars', () => {
    const before = { metadata: { finalizers: ['a', 'b'] } };
    const add = { metadata: { finalizers: ['c'] } };
    expect((applyStrategicMergePatch(deployment, before, add) as any).metadata.finalizers).toEqual(['c', 'a', 'b']);
    const remove = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect((applyStrategicMergePatch(deployment, before, remove) as any).metadata.finalizers).toEqual(['b']);
  });

  it('orders items by $setElementOrder and refuses one that contradicts the patch', () => {
    const order = (...names: string[]) => names.map(name => ({ name }));
    const patch = { '$setElementOrder/containers': order('b', 'c', 'a'), containers: [{ name: 'c', image: 'c:1' }] };
    expect(patchTemplate(two, patch).containers.map((each: any) => each.name)).toEqual(['b', 'c', 'a']);
    const wrong = { '$setElementOrder/containers': order('a'), containers: [{ name: 'c', image: 'c:1' }] };
    expect(refusalOf(() => patchTemplate(two, wrong))).toMatchObject({ code: 400 });
  });

  it('keeps no directive in what is new', () => {
    const patch = { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', $patch: 'delete' }], tty: null }] };
    expect(patchTemplate({}, patch)).toEqual({ containers: [{ name: 'a', image: 'a:1', env: [] }] });
  });

  it.each([
    ['an item without its key', { containers: [{ image: 'x' }] }, 422],
    ['an unknown directive', { nodeSelector: { $patch: 'turn' } }, 400],
    ['an item that is no object', { containers: ['x'] }, 400],
  ])('refuses %s', (_what, patch, code) => {
    expect(refusalOf(() => patchTemplate({ ...two, nodeSelector: {} }, patch))).toMatchObject({ code });
  });
});
