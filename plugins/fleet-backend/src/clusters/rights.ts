/** Asks a cluster what our credentials may do there. */
import { gives, type MemberRight, type RightsRule, type WantedRight } from '../model/memberRights';
import type { ClusterConnection, MemberResource, Outcome, RequestLimits } from './types';

const review = (kind: string, resource: string): MemberResource => ({ apiVersion: 'authorization.k8s.io/v1', kind, resource, namespaced: false });
const RULES = review('SelfSubjectRulesReview', 'selfsubjectrulesreviews');
const ACCESS = review('SelfSubjectAccessReview', 'selfsubjectaccessreviews');

/** Questions asked at once; they are no hurry, and share the connection with the work. */
const AT_ONCE = 4;
/** Namespaces that are asked about one by one where a right is not given for all. */
const MOST_NAMESPACES = 10;

type NotOk = Extract<Outcome<unknown>, { ok: false }>;

const ask = (connection: ClusterConnection, of: MemberResource, spec: object, limits?: RequestLimits) =>
  connection.create(of, { apiVersion: of.apiVersion, kind: of.kind, metadata: {}, spec }, limits);

async function allowed(connection: ClusterConnection, right: MemberRight, namespace: string, limits?: RequestLimits): Promise<boolean | NotOk> {
  const [resource, subresource] = right.resource.split('/');
  const resourceAttributes = { verb: right.verb, group: right.group, resource, subresource, name: right.name, namespace: namespace || undefined };
  const answer = await ask(connection, ACCESS, { resourceAttributes }, limits);
  return answer.ok ? answer.value.status?.allowed === true : answer;
}

/**
 * Which of the wanted rights these credentials lack. One question shows what most clusters allow; what it does not show is asked
 * for by itself, as an authorizer need not know its own rules. A right to write that is given for some namespaces is enough where it
 * is given for all that are in use.
 * @param namespacesOf - where a kind is placed
 */
export async function missingRights(
  connection: ClusterConnection,
  wanted: readonly WantedRight[],
  namespacesOf: (right: MemberRight) => readonly string[],
  limits?: RequestLimits,
): Promise<Outcome<WantedRight[]>> {
  const shown = await ask(connection, RULES, { namespace: 'default' }, limits);
  if (!shown.ok) return shown;
  const rules: RightsRule[] = Array.isArray(shown.value.status?.resourceRules) ? shown.value.status.resourceRules : [];
  // RoleBindings in `default` would show too; nothing of ours is bound there.
  const unsure = wanted.filter(({ right }) => !rules.some(rule => gives(rule, right)));
  const missing: WantedRight[] = [];
  for (let at = 0; at < unsure.length; at += AT_ONCE) {
    const answers = await Promise.all(unsure.slice(at, at + AT_ONCE).map(each => lacks(connection, each, namespacesOf(each.right), limits)));
    for (const [i, answer] of answers.entries()) {
      if (typeof answer === 'object') return answer;
      if (answer) missing.push(unsure[at + i]);
    }
  }
  return { ok: true, value: missing, ms: shown.ms };
}

async function lacks(connection: ClusterConnection, { right }: WantedRight, namespaces: readonly string[], limits?: RequestLimits): Promise<boolean | NotOk> {
  const everywhere = await allowed(connection, right, '', limits);
  // Watches are over all namespaces, so a right for some does not help them.
  if (everywhere !== false || namespaces.length === 0 || right.verb === 'list' || right.verb === 'watch') return typeof everywhere === 'object' ? everywhere : !everywhere;
  for (const namespace of namespaces.slice(0, MOST_NAMESPACES)) {
    const there = await allowed(connection, right, namespace, limits);
    if (there !== true) return typeof there === 'object' ? there : true;
  }
  return false;
}
