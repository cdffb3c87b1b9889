import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { KubeError, kubeError } from '../errors';
import type { StatusObject } from '../types';
import type { Wanted } from './negotiate';
import type { Warnings } from './warnings';

/** Where a failure that is our own fault is written, with the id the client was given. */
export type LogError = (message: string, error: unknown) => void;

export interface AnswerForm {
  media?: Wanted['media'];
  pretty?: boolean;
}

const SECURITY = { 'Cache-Control': 'no-cache, private', 'X-Content-Type-Options': 'nosniff' };

/** Sends a value as JSON or YAML with the warnings collected so far. Does nothing when the client is gone. */
export function sendObject(response: ServerResponse, code: number, value: object, warnings: Warnings, form: AnswerForm = {}): void {
  const yaml = form.media === 'application/yaml';
  const text = yaml ? stringify(value, { aliasDuplicateObjects: false, version: '1.1' }) : `${JSON.stringify(value, undefined, form.pretty ? 2 : undefined)}\n`;
  sendText(response, code, text, yaml ? 'application/yaml' : 'application/json', warnings);
}

/** Sends text as it is. */
export function sendText(response: ServerResponse, code: number, text: string | Buffer, type: string, warnings?: Warnings, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const body = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  const warned = warnings?.headers() ?? [];
  response.writeHead(code, {
    ...SECURITY,
    'Content-Type': type,
    'Content-Length': body.length,
    ...(warned.length > 0 ? { Warning: warned } : {}),
    ...headers,
  });
  response.end(body);
}

/**
 * The Status of any error. What is not a {@link KubeError} is our own fault: it is logged under an id, and the client is
 * told the id alone.
 */
export function statusOf(error: unknown, log: LogError): StatusObject {
  if (error instanceof KubeError) return error.status;
  const id = randomUUID();
  log(`internal error ${id}`, error);
  return kubeError(500, 'InternalError', `Internal error occurred: the server failed; its log has more under ${id}`).status;
}

/** Sends a failure as a Status. */
export function sendError(response: ServerResponse, error: unknown, warnings: Warnings, log: LogError): void {
  const status = statusOf(error, log);
  const code = status.code ?? 500;
  const retryAfter = status.details?.retryAfterSeconds;
  const headers = {
    ...(code === 401 ? { 'Www-Authenticate': 'Bearer realm="kubernetes"' } : {}),
    ...(retryAfter !== undefined ? { 'Retry-After': String(retryAfter) } : {}),
  };
  sendText(response, code, `${JSON.stringify(status)}\n`, 'application/json', warnings, headers);
}
