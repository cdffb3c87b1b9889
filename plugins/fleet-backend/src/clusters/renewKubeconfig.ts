import { parseDocument, stringify } from 'yaml';

/**
 * The kubeconfig with another token for the user of its current context. Everything that is not used is left out: what is
 * written back holds no more than what is needed.
 * @param kubeconfig - one that {@link readKubeconfig} took
 */
export function withToken(kubeconfig: string, token: string): string {
  const root = parseDocument(kubeconfig, { schema: 'core', logLevel: 'silent', prettyErrors: false }).toJS({ maxAliasCount: 20 });
  const named = (list: string, name: string) => (root[list] ?? []).find((each: { name?: string }) => each?.name === name);
  const context = named('contexts', root['current-context']);
  const cluster = named('clusters', context.context.cluster);
  const { name, user } = named('users', context.context.user);
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [cluster],
    users: [{ name, user: { ...user, token } }],
    contexts: [context],
    'current-context': context.name,
  });
}
