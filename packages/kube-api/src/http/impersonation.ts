import type { IncomingMessage } from 'node:http';
import { badRequest, kubeError } from '../errors';

/** Whom a request is to be made as. */
export interface Impersonation {
  user: string;
  groups: string[];
}

const PREFIX = 'impersonate-';
const [USER, GROUP] = [`${PREFIX}user`, `${PREFIX}group`];

/**
 * Whom the headers of a request name; undefined when they name nobody.
 *
 * @throws KubeError 400 for groups of nobody, 403 for what else Kubernetes can impersonate
 */
export function impersonationIn({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): Impersonation | undefined {
  const said: [name: string, value: string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (name.startsWith(PREFIX)) said.push([name, rawHeaders[i + 1]]);
  }
  if (said.length === 0) return undefined;
  const other = said.find(([name]) => name !== USER && name !== GROUP);
  if (other) throw kubeError(403, 'Forbidden', `impersonation is of users and groups alone: ${other[0]} is not taken`);
  const valuesOf = (wanted: string) => said.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const [user] = valuesOf(USER);
  if (!user) throw badRequest(`requested ${GROUP} without impersonating a user`);
  return { user, groups: valuesOf(GROUP) };
}
