import type { MemberRight, RightsRule, Verb } from '../../model/memberRights';
import { gives } from '../../model/memberRights';

const VERBS: Record<string, Verb> = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };

/** What a request asks of Kubernetes: a right, or a URL that is no resource. */
export type Call = { right: MemberRight } | { url: string };

/** Reads a request line as an API server's authorizer does. */
export function callOf(method: string, path: string): Call {
  const url = new URL(path, 'https://member');
  const [root, ...rest] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const parts = root === 'api' ? rest.slice(1) : rest.slice(2);
  if (!['api', 'apis'].includes(root) || parts.length === 0) return { url: url.pathname };
  const group = root === 'api' ? '' : rest[0];
  const inNamespace = parts[0] === 'namespaces' && parts.length > 2;
  const [plural, name, subresource] = inNamespace ? parts.slice(2) : parts;
  const namespace = inNamespace ? parts[1] : undefined;
  const reading: Verb = url.searchParams.get('watch') ? 'watch' : name ? 'get' : 'list';
  return { right: { verb: VERBS[method] ?? reading, group, resource: subresource ? `${plural}/${subresource}` : plural, ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) } };
}

const urlGiven = (patterns: readonly string[], url: string) => patterns.some(each => (each.endsWith('*') ? url.startsWith(each.slice(0, -1)) : url === each));

/** Whether rules allow a call. */
export const allows = (rules: readonly RightsRule[], call: Call): boolean =>
  'url' in call ? rules.some(rule => urlGiven(rule.nonResourceURLs ?? [], call.url)) : rules.some(rule => gives(rule, call.right));
