import { badRequest } from './errors';

/** Where a list goes on: after this key, at this version. */
export interface ContinueToken {
  version: number;
  namespace: string;
  name: string;
}

/** Makes the opaque text a client sends back. It is no secret and proves nothing: whoever holds it is asked for rights again. */
export function encodeContinue({ version, namespace, name }: ContinueToken): string {
  return Buffer.from(JSON.stringify([version, namespace, name])).toString('base64url');
}

/** Reads what {@link encodeContinue} made. Throws KubeError 400 for anything else. */
export function decodeContinue(text: string): ContinueToken {
  const [version, namespace, name] = parsed(text);
  if (!Number.isSafeInteger(version) || version < 0 || typeof namespace !== 'string' || typeof name !== 'string') throw notValid();
  return { version, namespace, name };
}

const notValid = () => badRequest('invalid continue token: continue key is not valid');

function parsed(text: string): any[] {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === 3) return value;
  } catch {
    // Falls through: whatever is wrong with it, the client hears the same.
  }
  throw notValid();
}
