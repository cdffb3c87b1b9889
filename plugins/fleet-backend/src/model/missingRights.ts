import type { Found } from './findings/rule';
import { MEMBER_USES, type MemberUse, type Verb, type WantedRight } from './memberRights';

/** Uses whose missing rights are named one by one; more would fill a page with the same. */
const MOST = 12;

const pluralIn = ({ right: { resource, group } }: WantedRight) => `${resource}${group ? `.${group}` : ''}`;

/** Resources by the verbs that are missing for them, so that each line gives exactly these. */
function byVerbs(missing: readonly WantedRight[]): { verbs: Verb[]; resources: string[]; name?: string }[] {
  const verbsOf = new Map<string, Verb[]>();
  for (const each of missing) {
    const key = `${pluralIn(each)}/${each.right.name ?? ''}`;
    verbsOf.set(key, [...(verbsOf.get(key) ?? []), each.right.verb]);
  }
  const groups = new Map<string, { verbs: Verb[]; resources: string[]; name?: string }>();
  for (const [key, verbs] of verbsOf) {
    const [resource, name] = key.split('/');
    const group = groups.get(`${verbs}/${name}`) ?? { verbs, resources: [], ...(name ? { name } : {}) };
    group.resources.push(resource);
    groups.set(`${verbs}/${name}`, group);
  }
  return [...groups.values()];
}

const subject = (account: { namespace: string; name: string } | undefined) => (account ? `--serviceaccount=${account.namespace}:${account.name}` : '--user=NAME');

function linesFor(use: MemberUse, groups: ReturnType<typeof byVerbs>, account: { namespace: string; name: string } | undefined): string {
  return groups
    .map(({ verbs, resources, name }, i) => {
      const role = `flotilla-${use.name.replace(/[^a-z0-9]+/g, '-')}${i > 0 ? `-${i + 1}` : ''}`;
      const only = name ? ` --resource-name=${name}` : '';
      return `kubectl create clusterrole ${role} --verb=${verbs} --resource=${resources}${only} && kubectl create clusterrolebinding ${role} --clusterrole=${role} ${subject(account)}`;
    })
    .join(' && ');
}

const rights = (groups: ReturnType<typeof byVerbs>) => groups.map(({ verbs, resources, name }) => `${verbs.join(', ')} ${resources.join(', ')}${name ? ` "${name}"` : ''}`).join('; ');

/**
 * What a cluster's credentials lack, each with what does not work for it and the line that gives it.
 * @param account - whose credentials they are, where they say so
 */
export function missingRightsFindings(cluster: string, missing: readonly WantedRight[], account: { namespace: string; name: string } | undefined): Found[] {
  const found = (because: string, remedy: string): Found => ({ code: 'RightsMissing', severity: 'warning', path: 'spec.kubeconfigRef', because, remedy });
  const uses = [...new Set(missing.map(({ use }) => use))];
  const placing = MEMBER_USES.filter(use => use.role === 'manage');
  // An account made for looking, and a Cluster that says Manage: one thing to do, not a dozen.
  const readOnly = placing.every(use => uses.includes(use));
  const rest = uses.filter(use => !(readOnly && use.role === 'manage'));
  const each = rest.slice(0, MOST).map(use => {
    const groups = byVerbs(missing.filter(one => one.use === use));
    return found(`its account may not ${rights(groups)}: ${use.without}`, linesFor(use, groups, account));
  });
  if (!readOnly) return each;
  const because = 'its account may only read, and the mode is Manage: nothing can be placed there. Give it docs/rbac/manage.yaml, or set spec.mode to Observe';
  return [found(because, `npm run join -- --name ${cluster} --mode Manage`), ...each];
}
