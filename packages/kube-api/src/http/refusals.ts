import { KubeError } from '../errors';

/** Kubernetes puts empty details into the answers that concern no object in particular. */
export const bare = (code: number, reason: string, message: string) =>
  new KubeError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details: {}, code });

/** 404: no such path, kind or subresource. */
export const noSuchResource = () => bare(404, 'NotFound', 'the server could not find the requested resource');

/** 405: the path is there, the method is not. */
export const methodNotAllowed = () => bare(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
