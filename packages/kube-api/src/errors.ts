import type { StatusCause, StatusObject } from './types';

/** Any failure a client is told about: a Kubernetes Status that can be thrown. */
export class KubeError extends Error {
  constructor(readonly status: StatusObject) {
    super(status.message ?? status.reason ?? 'failure');
    this.name = 'KubeError';
  }
  /** HTTP status code. */
  get code(): number {
    return this.status.code ?? 500;
  }
}

interface Details {
  group?: string;
  kind?: string;
  name?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** Builds the error; `details` is left out when it has nothing. */
export function kubeError(code: number, reason: string, message: string, details: Details = {}): KubeError {
  const hasDetails = Object.values(details).some(value => value !== undefined);
  return new KubeError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(hasDetails ? { details } : {}),
    code,
  });
}

interface Named {
  group: string;
  resource: string;
  kind: string;
}

const qualified = (of: Named) => (of.group ? `${of.resource}.${of.group}` : of.resource);
const detailsOf = (of: Named, name?: string) => ({ name: name || undefined, group: of.group || undefined, kind: of.resource });

export const notFound = (of: Named, name: string) =>
  kubeError(404, 'NotFound', `${qualified(of)} "${name}" not found`, detailsOf(of, name));

export const alreadyExists = (of: Named, name: string) =>
  kubeError(409, 'AlreadyExists', `${qualified(of)} "${name}" already exists`, detailsOf(of, name));

export const conflict = (of: Named, name: string, why = 'the object has been modified; please apply your changes to the latest version and try again') =>
  kubeError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`, detailsOf(of, name));

export const forbidden = (of: Named, name: string, why: string) =>
  kubeError(403, 'Forbidden', `${qualified(of)}${name ? ` "${name}"` : ''} is forbidden: ${why}`, detailsOf(of, name));

export const badRequest = (message: string) => kubeError(400, 'BadRequest', message);

export const gone = (message = 'The resourceVersion for the provided watch is too old.') => kubeError(410, 'Expired', message);

/** 422 with one cause a field; the message lists them as Kubernetes does. */
export function invalid(of: { group: string; kind: string }, name: string, causes: StatusCause[]): KubeError {
  const lines = [...new Set(causes.map(cause => `${cause.field}: ${cause.message}`))];
  const body = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  const kind = of.group ? `${of.kind}.${of.group}` : of.kind;
  return kubeError(422, 'Invalid', `${kind} "${name}" is invalid: ${body}`, {
    name: name || undefined,
    group: of.group || undefined,
    kind: of.kind || undefined,
    causes,
  });
}
