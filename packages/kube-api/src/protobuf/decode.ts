import messagesJson from './messages.json';

type Fields = Record<string, string>;
const messages = messagesJson as unknown as Record<string, Fields>;

/** Objects deeper than this no kind has; crafted bytes could otherwise nest without end. */
const MAX_DEPTH = 64;

/** Bytes that are no protobuf, or of a kind that is not known here. */
export class ProtobufError extends Error {}

interface Field {
  number: number;
  /** Varints and fixed numbers. */
  value: bigint;
  bytes: Buffer;
}

/** Walks the fields of one message. */
function* fieldsOf(buffer: Buffer): Generator<Field> {
  const at = { offset: 0 };
  while (at.offset < buffer.length) {
    const tag = Number(varint(buffer, at));
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(buffer, at), bytes: Buffer.alloc(0) };
        break;
      case 2: {
        const length = Number(varint(buffer, at));
        if (length > buffer.length - at.offset) throw new ProtobufError('a field is longer than the message');
        const bytes = buffer.subarray(at.offset, at.offset + length);
        at.offset += length;
        yield { number, value: 0n, bytes };
        break;
      }
      default:
        throw new ProtobufError(`wire type ${tag % 8} is in no Kubernetes kind`);
    }
  }
}

function varint(buffer: Buffer, at: { offset: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (at.offset >= buffer.length) break;
    const byte = buffer[at.offset++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new ProtobufError('a number has no end');
}

const text = (bytes: Buffer): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const integer = (value: bigint): number => Number(BigInt.asIntN(64, value));

/** Scalars of a message whose fields are known by number only. */
function scalars(bytes: Buffer): Map<number, Field> {
  return new Map([...fieldsOf(bytes)].map(field => [field.number, field]));
}

function time(bytes: Buffer, micro: boolean): string | undefined {
  const fields = scalars(bytes);
  if (!fields.has(1)) return undefined;
  const seconds = integer(fields.get(1)!.value);
  if (Math.abs(seconds) > 253_402_300_799) throw new ProtobufError('a time is out of range');
  const whole = new Date(seconds * 1_000).toISOString().slice(0, 19);
  const micros = Math.trunc(integer(fields.get(2)?.value ?? 0n) / 1_000);
  return micro ? `${whole}.${String(micros).padStart(6, '0')}Z` : `${whole}Z`;
}

function intOrString(bytes: Buffer): number | string {
  const fields = scalars(bytes);
  return fields.get(1)?.value ? text(fields.get(3)?.bytes ?? Buffer.alloc(0)) : integer(fields.get(2)?.value ?? 0n);
}

/** JSON carried as bytes in field 1 (FieldsV1, RawExtension). */
function rawJson(bytes: Buffer): unknown {
  const raw = scalars(bytes).get(1)?.bytes;
  return raw && raw.length > 0 ? JSON.parse(text(raw)) : undefined;
}

function valueOf(code: string, { value, bytes }: Field, depth: number): unknown {
  switch (code) {
    case 's':
      return text(bytes);
    case 'i':
      return integer(value);
    case 'z':
      return value !== 0n;
    case 'b':
      return bytes.toString('base64');
    case 't':
    case 'u':
      return time(bytes, code === 'u');
    case 'q':
      return text(scalars(bytes).get(1)?.bytes ?? Buffer.alloc(0));
    case 'o':
      return intOrString(bytes);
    case 'j':
      return rawJson(bytes);
    default:
      return message(code, bytes, depth + 1);
  }
}

/** Go writes a field that is no pointer even when it is empty; its JSON does not. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function message(name: string, bytes: Buffer, depth: number): Record<string, unknown> {
  const known = Object.hasOwn(messages, name) ? messages[name] : undefined;
  if (!known || depth > MAX_DEPTH) throw new ProtobufError(`cannot read ${name}`);
  const found = new Map<string, unknown>();
  for (const field of fieldsOf(bytes)) {
    const spelled = known[String(field.number)];
    if (spelled === undefined) continue;
    const [json, code, flags] = spelled.split('|');
    if (code[0] === '[') {
      const list = found.get(json) as unknown[] | undefined;
      if (list) list.push(valueOf(code.slice(1), field, depth));
      else found.set(json, [valueOf(code.slice(1), field, depth)]);
    } else if (code[0] === '{') {
      const entry = scalars(field.bytes);
      const map = (found.get(json) as Map<string, unknown>) ?? new Map();
      found.set(json, map.set(text(entry.get(1)?.bytes ?? Buffer.alloc(0)), mapValue(code.slice(1), entry.get(2), depth)));
    } else {
      const value = valueOf(code, field, depth);
      if (json === '') Object.entries(value as object).forEach(([key, each]) => found.set(key, each));
      else if (flags !== '' ? value !== undefined : !isEmpty(value)) found.set(json, value);
    }
  }
  // fromEntries defines each key as data, whatever it is called.
  return Object.fromEntries([...found].map(([key, value]) => [key, value instanceof Map ? Object.fromEntries(value) : value]));
}

const NOTHING: Field = { number: 2, value: 0n, bytes: Buffer.alloc(0) };
const mapValue = (code: string, field: Field | undefined, depth: number) => valueOf(code, field ?? NOTHING, depth);

const MAGIC = Buffer.from('k8s\0', 'latin1');

/** `networking.k8s.io/v1` → `networking/v1`, the folder its Go types stand in. */
function packageOf(apiVersion: string): string {
  const [version, group = ''] = apiVersion.split('/').reverse();
  return `${group.split('.')[0] || 'core'}/${version}`;
}

/**
 * Reads a body of `application/vnd.kubernetes.protobuf` as the JSON it stands for. Only built-in kinds are known: what
 * typed clients send.
 *
 * @throws ProtobufError
 */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, 4).equals(MAGIC)) throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix 6b 38 73 00');
  try {
    const envelope = scalars(body.subarray(4));
    const type = scalars(envelope.get(1)?.bytes ?? Buffer.alloc(0));
    const apiVersion = text(type.get(1)?.bytes ?? Buffer.alloc(0));
    const kind = text(type.get(2)?.bytes ?? Buffer.alloc(0));
    const home = kind === 'DeleteOptions' ? 'meta/v1' : packageOf(apiVersion);
    return { apiVersion, kind, ...message(`${home}.${kind}`, envelope.get(2)?.bytes ?? Buffer.alloc(0), 0) };
  } catch (error) {
    if (error instanceof ProtobufError) throw error;
    throw new ProtobufError('the protobuf message holds text or JSON that cannot be read');
  }
}
