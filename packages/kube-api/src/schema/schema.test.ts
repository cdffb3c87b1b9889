import fc from 'fast-check';
import { builtinDefinitions } from '../builtins';
import type { Schema } from '../types';
import { decode, refuseHostile } from './decode';
import { applyDefaults } from './defaults';
import { equal } from './equal';
import { canonicalQuantity, compareQuantities, parseQuantity } from './quantity';
import { Shape } from './shape';
import { validate } from './validate';

const custom = (schema: Schema) => new Shape({ type: 'object', properties: { spec: schema } }, builtinDefinitions, false);
const messages = (schema: Schema, spec: unknown) => validate(custom(schema), { spec }).map(({ field, message }) => `${field}: ${message}`);

describe('validation speaks as Kubernetes does', () => {
  it.each<[Schema, unknown, string[]]>([
    [{ type: 'integer' }, 'x', ['spec: Invalid value: "string": spec in body must be of type integer: "string"']],
    [{ type: 'integer' }, 1.5, ['spec: Invalid value: "number": spec in body must be of type integer: "number"']],
    [{ type: 'string' }, 1, ['spec: Invalid value: "integer": spec in body must be of type string: "integer"']],
    [{ type: 'integer', minimum: 1 }, 0, ['spec: Invalid value: 0: spec in body should be greater than or equal to 1']],
    [{ type: 'integer', maximum: 1, exclusiveMaximum: true }, 1, ['spec: Invalid value: 1: spec in body should be less than 1']],
    [{ type: 'number', multipleOf: 0.1 }, 0.25, ['spec: Invalid value: 0.25: spec in body should be a multiple of 0.1']],
    [{ type: 'string', pattern: '^a+$' }, 'b', ["spec: Invalid value: \"b\": spec in body should match '^a+$'"]],
    [{ type: 'string', minLength: 2 }, 'b', ['spec: Invalid value: "b": spec in body should be at least 2 chars long']],
    [{ type: 'string', maxLength: 2 }, 'bbb', ['spec: Too long: may not be more than 2 bytes']],
    [{ type: 'array', items: { type: 'string' }, maxItems: 1 }, ['a', 'b'], ['spec: Too many: 2: must have at most 1 items']],
    [{ type: 'array', items: { type: 'string' }, minItems: 1 }, [], ['spec: Invalid value: 0: spec in body should have at least 1 items']],
    [{ type: 'array', items: { type: 'integer' } }, [1, 'x'], ['spec[1]: Invalid value: "string": spec[1] in body must be of type integer: "string"']],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', ['spec: Unsupported value: "c": supported values: "a", "b"']],
    [{ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }, {}, ['spec.a: Required value']],
    [{ type: 'string', format: 'date-time' }, 'now', ['spec: Invalid value: "now": spec in body must be of type date-time: "now"']],
    [{ 'x-kubernetes-int-or-string': true }, true, ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"']],
    [{ 'x-kubernetes-int-or-string': true }, '10%', []],
    [{ type: 'string', nullable: true }, null, []],
    [{ type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }], properties: { a: { type: 'string' }, b: { type: 'string' } } }, { a: '', b: '' }, ['spec: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives']],
    [{ type: 'integer', not: { minimum: 5 } }, 6, ['spec: Invalid value: 6: "spec" must not validate the schema (not)']],
    [{ type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['n'], items: { type: 'object', properties: { n: { type: 'string' } } } }, [{ n: 'a' }, { n: 'a' }], ['spec[1]: Duplicate value: {"n":"a"}']],
    [{ type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }, { kind: 'A' }, ['spec.apiVersion: Required value']],
  ])('%j of %j', (schema, spec, wanted) => {
    expect(messages(schema, spec)).toEqual(wanted);
  });
});

describe('decoding', () => {
  const open: Schema = { type: 'object', properties: { known: { type: 'string' }, free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } } } };

  it('leaves out what no schema names, and says where it was', () => {
    const { value, unknown } = decode(custom(open), { spec: { known: 'x', other: 1, free: { any: 1 }, list: [{ a: 'x', b: 'y' }] } });
    expect(value).toEqual({ spec: { known: 'x', free: { any: 1 }, list: [{ a: 'x' }] } });
    expect(unknown).toEqual(['spec.other', 'spec.list[0].b']);
  });

  it('drops nulls where none may be', () => {
    expect(decode(custom({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string', nullable: true } } }), { spec: { a: null, b: null } }).value).toEqual({ spec: { b: null } });
  });

  it('shares nothing with its input', () => {
    const raw = { spec: { free: { deep: { x: 1 } } } };
    const { value } = decode(custom(open), raw) as { value: typeof raw };
    value.spec.free.deep.x = 2;
    expect(raw.spec.free.deep.x).toBe(1);
  });

  it('speaks as Go does for built-in kinds', () => {
    const shape = new Shape({ $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' }, builtinDefinitions, true);
    expect(decode(shape, { spec: { replicas: 'x' } }).mismatch).toBe('json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32');
    expect(decode(shape, { metadata: { labels: ['a'] } }).mismatch).toBe('json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string');
  });

  it('follows schemas that hold themselves', () => {
    const shape = new Shape({ $ref: '#/definitions/io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition' }, builtinDefinitions, true);
    const schema = { properties: { a: { properties: { b: { type: 'string', nonsense: 1 } } } } };
    const { unknown } = decode(shape, { spec: { versions: [{ schema: { openAPIV3Schema: schema } }] } });
    expect(unknown).toEqual(['spec.versions[0].schema.openAPIV3Schema.properties.a.properties.b.nonsense']);
  });

  it.each([
    ['prototype keys', JSON.parse('{"spec":{"free":{"__proto__":{"x":1}}}}')],
    ['constructor keys', { spec: { free: { constructor: 1 } } }],
    ['endless nesting', { spec: { free: JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) } }],
  ])('refuses %s', (_what, raw) => {
    expect(() => decode(custom(open), raw)).toThrow(expect.objectContaining({ code: 400 }));
    expect(() => refuseHostile(raw)).toThrow(expect.objectContaining({ code: 400 }));
  });

  it('never throws anything but a Status, whatever the JSON', () => {
    const shape = new Shape({ $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' }, builtinDefinitions, true);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue(), (spec, metadata) => {
        try {
          validate(shape, decode(shape, { spec, metadata }).value);
        } catch (error: any) {
          expect(error.code).toBe(400);
        }
      }),
    );
  });
});

it('reads a null in a list as a Go decoder does: a struct or a text that says nothing', () => {
  const shape = new Shape({ $ref: '#/definitions/io.k8s.api.core.v1.PodSpec' }, builtinDefinitions, true);
  expect(decode(shape, { containers: [null, { name: 'c', args: [null, 'a'], ports: [null] }] }).value).toEqual({ containers: [{}, { name: 'c', args: ['', 'a'], ports: [{}] }] });
});

describe('defaults', () => {
  const schema: Schema = { type: 'object', properties: { a: { type: 'integer', default: 1 }, in: { type: 'object', properties: { b: { type: 'string', default: 'x' } } }, map: { type: 'object', additionalProperties: { type: 'object', properties: { c: { type: 'boolean', default: true } } } } } };
  it.each<[object, object]>([
    [{}, { a: 1 }],
    [{ in: {} }, { a: 1, in: { b: 'x' } }],
    [{ a: 2, map: { k: {} } }, { a: 2, map: { k: { c: true } } }],
  ])('of %j', (spec, wanted) => {
    const value = { spec: structuredClone(spec) };
    applyDefaults(custom(schema), value);
    expect(value.spec).toEqual(wanted);
  });
});

describe('quantities', () => {
  it.each([
    ['1000m', '1'], ['0.5', '500m'], [0.5, '500m'], ['1024Mi', '1Gi'], ['1500Mi', '1500Mi'], ['1.5Gi', '1536Mi'], ['0', '0'], ['1e3', '1e3'],
    ['100000', '100k'], ['512', '512'], ['512Ki', '512Ki'], ['0.5Ki', '512'], ['1u', '1m'], ['-1500m', '-1500m'],
  ])('%s is stored as %s', (value, canonical) => {
    expect(canonicalQuantity(value)).toBe(canonical);
    expect(compareQuantities(canonical, canonicalQuantity(canonical))).toBe(0);
  });
  it.each(['', 'x', '1.2.3', '1 Gi', '1GiB', '--1', '1e9999', null, {}])('%j is none', value => {
    expect(parseQuantity(value)).toBeUndefined();
  });
});

it('equality does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const turned = JSON.parse(JSON.stringify(value), (_key, each) => (each && typeof each === 'object' && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).reverse()) : each));
      expect(equal(value, turned)).toBe(true);
      expect(equal(value, [value])).toBe(false);
    }),
  );
});
