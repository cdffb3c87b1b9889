import { badRequest } from '@flotilla/kube-api';

/** Where a list goes on: after this path, as of this version. */
export interface ContinueToken {
  version: number;
  path: string;
  /** How many objects are left, if it is known. */
  remaining?: number;
}

/** Opaque to clients. It proves nothing and opens nothing: whoever brings it is asked for rights again. */
export function encodeContinue({ version, path, remaining }: ContinueToken): string {
  return Buffer.from(JSON.stringify([version, path, remaining])).toString('base64url');
}

/** Throws KubeError 400 for anything {@link encodeContinue} did not make. */
export function decodeContinue(text: string): ContinueToken {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw badRequest('continue key is not valid');
  }
  const [version, path, remaining] = Array.isArray(parts) ? parts : [];
  const whole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!whole(version) || typeof path !== 'string' || !(remaining === null || remaining === undefined || whole(remaining))) {
    throw badRequest('continue key is not valid');
  }
  return { version, path, remaining: remaining ?? undefined };
}
