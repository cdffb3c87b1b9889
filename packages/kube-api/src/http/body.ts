import type { IncomingMessage } from 'node:http';
import { requireSane } from '../depth';
import { badRequest, kubeError } from '../errors';
import { ProtobufError, decodeProtobuf } from '../protobuf/decode';
import type { FieldValidation } from '../service';
import { duplicateKeys } from './duplicateKeys';
import { readYaml } from './yaml';

/** A body as it came, and what its header says it is. */
export interface RawBody {
  bytes: Buffer;
  /** Media type in lower case without parameters; '' when the client said nothing. */
  type: string;
}

/** How a body is to be read. */
export interface Reading {
  /** What is done about keys that stand twice. */
  validation: FieldValidation;
  warn(text: string): void;
  /** Media types this request may have; the first is taken when the client says none. Default: objects in any form. */
  accepted?: string[];
  /** The words before what is wrong with text that cannot be parsed. */
  failure?: string;
  /** The words before keys that stand twice. */
  strictFailure?: string;
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = ['application/json', 'application/yaml', PROTOBUF];

export const unsupportedMediaType = (accepted: string[]) =>
  kubeError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);

const tooLarge = (limit: number) => kubeError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`);

/**
 * Reads a request's body whole.
 *
 * @param limit - bytes
 * @throws KubeError 413 beyond the limit (the rest is not read)
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<RawBody> {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (request.headers['content-encoding'] && request.headers['content-encoding'] !== 'identity') {
    throw unsupportedMediaType(['application/json without Content-Encoding']);
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return { bytes: await collect(request, limit), type };
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge(limit));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(badRequest('the connection was closed before the body had come'));
    });
  });
}

/** How long the rest of a body that is too large is taken in and thrown away. */
const DISCARD_MS = 2_000;

/**
 * Takes in what is left of a refused body: a connection that is closed on a client that still sends is reset, and the answer is lost.
 * Whoever has not ended by then is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), DISCARD_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
}

function textOf({ bytes }: RawBody): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('the body of the request is not valid UTF-8');
  }
}

/**
 * Parses JSON, YAML or protobuf to plain values. Keys that stand twice are said or refused as `validation` wants.
 *
 * @throws KubeError 415 for other types, 400 for text that cannot be read, is too deep, or holds `__proto__`
 */
export function parseBody(body: RawBody, reading: Reading): unknown {
  const { validation, warn, accepted = OBJECT_TYPES } = reading;
  const type = body.type || accepted[0];
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  const { value, duplicates } = type === PROTOBUF ? parseProtobuf(body.bytes) : parseText(textOf(body), type, reading);
  requireSane(value, 'the body of the request');
  const found = validation === 'Ignore' ? [] : duplicates();
  if (found.length > 0 && validation === 'Strict') throw badRequest(`${reading.strictFailure ?? 'strict decoding error'}: ${found.join(', ')}`);
  found.forEach(warn);
  return value;
}

interface Parsed {
  value: unknown;
  /** A sentence for each key that stands twice; looked for once the value's depth is known to be sane. */
  duplicates(): string[];
}

const duplicateFields = (text: string) => duplicateKeys(text).map(path => `duplicate field "${path}"`);

function parseText(text: string, type: string, { failure = 'error decoding the body' }: Reading): Parsed {
  if (text.trim() === '') throw badRequest(`${failure}: unexpected end of JSON input (<empty>)`);
  return type.endsWith('yaml') ? parseYaml(text) : parseJson(text, failure);
}

/** What kubectl's typed commands send: `create namespace`, `auth can-i`. */
function parseProtobuf(bytes: Buffer): Parsed {
  try {
    return { value: decodeProtobuf(bytes), duplicates: () => [] };
  } catch (error) {
    if (error instanceof ProtobufError) throw badRequest(`couldn't read the protobuf body: ${error.message}`);
    throw error;
  }
}

function parseJson(text: string, failure: string): Parsed {
  try {
    return { value: JSON.parse(text), duplicates: () => duplicateFields(text) };
  } catch (error) {
    throw badRequest(`${failure}: ${(error as Error).message.slice(0, 300)}`);
  }
}

/** JSON is YAML: server-side apply sends JSON under a YAML type, and the JSON parser is twenty times as fast. */
function parseYaml(text: string): Parsed {
  if (text.startsWith('{')) {
    try {
      return { value: JSON.parse(text), duplicates: () => duplicateFields(text) };
    } catch {
      // A YAML flow mapping, then.
    }
  }
  const { value, duplicates } = readYaml(text);
  return { value, duplicates: () => duplicates };
}
