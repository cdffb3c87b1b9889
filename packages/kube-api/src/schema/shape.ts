import type { Schema } from '../types';

/** What `$ref: '#/definitions/<name>'` points into. */
export type Definitions = Readonly<Record<string, Schema>>;

export type ScalarType = 'string' | 'integer' | 'number' | 'boolean' | 'intOrString' | 'quantity' | 'unknown';

const OBJECT_META = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const REF = '#/definitions/';

/** Fields every object nested as a whole resource has, beside those its schema names. */
const EMBEDDED: Record<string, Schema> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { $ref: OBJECT_META },
};

/** What follows a reference's target: an `allOf` with one `$ref` and siblings is how Kubernetes adds a default. */
function follow(schema: Schema, definitions: Definitions): { schema: Schema; name?: string } {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0].$ref : undefined);
  if (!ref) return { schema };
  const name = ref.slice(REF.length);
  const target = Object.hasOwn(definitions, name) ? definitions[name] : {};
  const { $ref: _ref, allOf: _allOf, ...siblings } = schema;
  return { schema: { ...target, ...siblings }, name };
}

function scalarOf(schema: Schema, name?: string): ScalarType {
  if (name === QUANTITY) return 'quantity';
  if (name === INT_OR_STRING || schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return 'intOrString';
  const type = schema.type;
  return type === 'string' || type === 'integer' || type === 'number' || type === 'boolean' ? type : 'unknown';
}

/**
 * One level of a schema, made ready for walking: reference followed, markers read, children found when first asked for.
 * Lazy, because some schemas contain themselves.
 */
export class Shape {
  readonly schema: Schema;
  /** The Go type a built-in kind would decode into; for messages. */
  readonly typeName?: string;
  readonly kind: 'object' | 'list' | 'scalar' | 'any';
  readonly scalar: ScalarType;
  readonly nullable: boolean;
  readonly listType: 'atomic' | 'set' | 'map';
  readonly listKeys: readonly string[];
  readonly atomicMap: boolean;
  /** Fields no schema names are kept. */
  readonly preserve: boolean;
  /** True inside a built-in kind, whose decoder refuses wrong types where a custom one leaves it to validation. */
  readonly typed: boolean;
  private readonly definitions: Definitions;
  private readonly known = new Map<string, Shape>();
  private readonly declaredSchemas: Record<string, Schema>;
  private extra?: Shape | null;
  private item?: Shape;

  constructor(source: Schema, definitions: Definitions, typed: boolean) {
    const { schema, name } = follow(source, definitions);
    this.schema = schema;
    this.definitions = definitions;
    this.typed = typed || name !== undefined;
    this.typeName = name?.slice(name.lastIndexOf('.') + 1);
    this.scalar = scalarOf(schema, name);
    const embedded = schema['x-kubernetes-embedded-resource'] === true;
    this.declaredSchemas = embedded ? { ...EMBEDDED, ...schema.properties, metadata: EMBEDDED.metadata } : (schema.properties ?? {});
    this.kind = this.kindOf(schema);
    this.preserve =
      schema['x-kubernetes-preserve-unknown-fields'] === true ||
      schema.additionalProperties === true ||
      (this.typed && !schema.properties && !schema.additionalProperties);
    this.nullable = schema.nullable === true;
    this.listType = schema['x-kubernetes-list-type'] ?? 'atomic';
    this.listKeys = schema['x-kubernetes-list-map-keys'] ?? [];
    this.atomicMap = schema['x-kubernetes-map-type'] === 'atomic';
  }

  private kindOf(schema: Schema): Shape['kind'] {
    if (schema.type === 'object' || schema.properties || schema['x-kubernetes-embedded-resource']) return 'object';
    if (schema.type === 'array') return 'list';
    return this.scalar === 'unknown' ? 'any' : 'scalar';
  }

  /** Names the schema declares. */
  get declaredNames(): string[] {
    return Object.keys(this.declaredSchemas);
  }

  /** The declared field of that name. */
  declared(name: string): Shape | undefined {
    const seen = this.known.get(name);
    if (seen) return seen;
    if (!Object.hasOwn(this.declaredSchemas, name)) return undefined;
    const child = new Shape(this.declaredSchemas[name], this.definitions, this.typed);
    this.known.set(name, child);
    return child;
  }

  /** What fields not declared look like, where any are allowed (a map). */
  get additional(): Shape | undefined {
    if (this.extra === undefined) {
      const schema = this.schema.additionalProperties;
      this.extra = typeof schema === 'object' ? new Shape(schema, this.definitions, this.typed) : null;
    }
    return this.extra ?? undefined;
  }

  /** The field of that name, declared or of a map; undefined where unknown. */
  field(name: string): Shape | undefined {
    return this.declared(name) ?? this.additional;
  }

  get items(): Shape {
    this.item ??= this.schema.items ? new Shape(this.schema.items, this.definitions, this.typed) : OPEN;
    return this.item;
  }
}

/** Anything: maps merge by key, lists are atomic, as Kubernetes deduces it for values without a schema. */
export const OPEN: Shape = new Shape({ 'x-kubernetes-preserve-unknown-fields': true }, {}, false);

const shapes = new WeakMap<object, Shape>();

/** The shape of a resource's objects; made once for each registered resource. */
export function shapeOf(info: { schema: Schema; definitions?: Definitions; definition?: string; custom: boolean }): Shape {
  let shape = shapes.get(info.schema);
  if (!shape) {
    // By its name, where it has one: messages say it.
    const source = info.definition ? { $ref: REF + info.definition } : info.schema;
    shape = new Shape(source, info.definitions ?? {}, !info.custom);
    shapes.set(info.schema, shape);
  }
  return shape;
}
