import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importsOf, rings } from './cycles.mjs';

const graph = edges => new Map(Object.entries(edges));

describe('rings of imports', () => {
  it('finds two files that import each other, and three in a row', () => {
    assert.deepEqual(rings(graph({ a: ['b'], b: ['a'] })).map(ring => ring.sort()), [['a', 'b']]);
    assert.deepEqual(rings(graph({ start: ['a'], a: ['b'], b: ['c'], c: ['a', 'd'], d: [] })).map(ring => ring.sort()), [['a', 'b', 'c']]);
  });

  it('is silent where two ways lead to the same file', () => {
    assert.deepEqual(rings(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })), []);
  });

  it('reads imports of every form, over several lines', () => {
    const text = "import a from './a';\nimport {\n  b,\n} from '../b';\nimport type { C } from './c';\nexport * from './d';\nimport './e.css';\nimport f from 'f';\n";
    assert.deepEqual(importsOf(text), ['./a', '../b', './c', './d', './e.css']);
  });

});
