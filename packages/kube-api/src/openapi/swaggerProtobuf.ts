import type { Schema } from '../types';

/** The form in which Go clients, kubectl and Argo CD among them, ask for `/openapi/v2`; they ask for no other. */
export const SWAGGER_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Values of a protobuf field: a whole number (or flag), text, or a message. */
type Value = number | string | Buffer;
const LENGTH_DELIMITED = 2;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

function field(id: number, value: Value): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(id * 8), varint(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(id * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

const message = (...fields: (Buffer | Buffer[])[]): Buffer => Buffer.concat(fields.flat());
const each = <T>(id: number, values: Iterable<T>, encode: (value: T) => Value) => [...values].map(value => field(id, encode(value)));

/** A value of any kind, as YAML; JSON is YAML. */
const anything = (value: unknown) => message(field(2, JSON.stringify(value)));
const named = ([name, value]: [string, Buffer]) => message(field(1, name), field(2, value));
const schemas = (of: Record<string, Schema>) => message(each(1, Object.entries(of), ([name, schema]) => named([name, schemaMessage(schema)])));

/**
 * Fields of `openapi.v2.Schema` by their names in JSON. Bounds of numbers are left out, as nobody who reads this form looks at them;
 * what Swagger 2.0 has no words for (`anyOf`, `oneOf`, `not`) is left out by Kubernetes too.
 */
const FIELDS: Record<string, (value: any) => Buffer | Buffer[]> = {
  $ref: value => field(1, value),
  format: value => field(2, value),
  title: value => field(3, value),
  description: value => field(4, value),
  default: value => field(5, anything(value)),
  pattern: value => field(13, value),
  required: value => each(19, value as string[], name => name),
  enum: value => each(20, value as unknown[], anything),
  additionalProperties: value => field(21, typeof value === 'boolean' ? message(field(2, Number(value))) : message(field(1, schemaMessage(value)))),
  type: value => field(22, message(field(1, value))),
  items: value => field(23, message(field(1, schemaMessage(value)))),
  properties: value => field(25, schemas(value)),
};

/** As Kubernetes narrows a schema to what readers of Swagger 2.0 understand: a lone reference stands for itself, open objects are any. */
function narrowed(schema: any): Record<string, unknown> {
  const { allOf, ...rest } = schema;
  if (allOf?.length === 1 && allOf[0].$ref) return { $ref: allOf[0].$ref, description: rest.description };
  if (rest['x-kubernetes-preserve-unknown-fields']) return { ...rest, properties: undefined, items: undefined };
  if (rest.nullable) return { ...rest, type: undefined, properties: undefined, items: undefined };
  return rest;
}

function schemaMessage(schema: Schema): Buffer {
  const entries = Object.entries(narrowed(schema)).filter(([, value]) => value !== undefined);
  const known = entries.filter(([name]) => Object.hasOwn(FIELDS, name)).map(([name, value]) => FIELDS[name](value));
  const extensions = entries.filter(([name]) => name.startsWith('x-')).map(([name, value]) => field(31, named([name, anything(value)])));
  return message(...known, extensions);
}

/** The document of `/openapi/v2` as a message `openapi.v2.Document`. */
export function swaggerProtobuf(document: { swagger: string; info: { title: string; version: string }; definitions: Record<string, Schema> }): Buffer {
  const { swagger, info, definitions } = document;
  return message(field(1, swagger), field(2, message(field(1, info.title), field(2, info.version))), field(8, message()), field(9, schemas(definitions)));
}
