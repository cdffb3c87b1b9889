import { badRequest, invalid } from '../errors';
import type { RequestContext, ResourceRegistry } from '../service';
import { causes } from '../schema/causes';
import type { KubeObject, ResourceInfo, StatusCause } from '../types';
import { decodeObject } from '../verbs/decodeObject';
import { verbsOf } from './discovery';

/** What someone wants to do, as a SelfSubjectAccessReview spells it. */
export interface AccessAttributes {
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** For requests that are about no resource (`/healthz`). */
  path?: string;
}

/** Whether the request's principal may; the reason is shown to them. */
export type Access = (ctx: RequestContext, attributes: AccessAttributes) => Promise<{ allowed: boolean; reason: string }>;

/** What the request's principal may do in a namespace, as a SelfSubjectRulesReview tells it. */
export type Rules = (ctx: RequestContext, namespace: string) => Promise<{ resourceRules: object[]; nonResourceRules: object[] }>;

/** What a host says of rights. */
interface Answers {
  registry: ResourceRegistry;
  access?: Access;
  rules?: Rules;
}

export const AUTHORIZATION = 'authorization.k8s.io';
const AUTHENTICATION = 'authentication.k8s.io';

/** Whether a kind is a question to the server, and nothing that is stored. */
export const isReview = ({ group }: ResourceInfo) => group === AUTHORIZATION || group === AUTHENTICATION;

const allowAll: Access = async () => ({ allowed: true, reason: '' });

const word = (value: unknown): string => (typeof value === 'string' ? value : '');

function attributesOf(spec: any): AccessAttributes {
  const resource = spec?.resourceAttributes;
  const other = spec?.nonResourceAttributes;
  const refuse = (cause: StatusCause) => invalid({ group: AUTHORIZATION, kind: '' }, '', [cause]);
  if (!resource && !other) throw refuse(causes.invalid('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'));
  if (resource && other) {
    const given = { Path: word(other.path), Verb: word(other.verb) };
    throw refuse(causes.invalid('spec.nonResourceAttributes', given, 'cannot be specified in combination with resourceAttributes'));
  }
  const { verb, group, version, resource: name, subresource, namespace } = resource ?? other;
  const attributes = { verb: word(verb), group: word(group), version: word(version), resource: word(name), subresource: word(subresource), namespace: word(namespace), name: word((resource ?? other).name) };
  return resource ? attributes : { ...attributes, path: word(other.path) };
}

async function accessReview(ctx: RequestContext, access: Access, spec: unknown): Promise<object> {
  const attributes = attributesOf(spec);
  const { allowed, reason } = await access(ctx, attributes);
  return { allowed, ...(reason ? { reason } : {}) };
}

/** Asks every verb of every kind: right for any kind of policy. */
const askedRules = (access: Access, registry: ResourceRegistry): Rules => async (ctx, namespace) => {
  const rules = new Map<string, { verbs: string[]; apiGroups: string[]; resources: string[] }>();
  for (const info of registry.all()) {
    const { group, version, resource } = info;
    const verbs: string[] = [];
    for (const verb of verbsOf(info)) {
      const asked = { verb, group, version, resource, subresource: '', namespace: info.namespaced ? namespace : '', name: '' };
      if ((await access(ctx, asked)).allowed) verbs.push(verb);
    }
    if (verbs.length === 0) continue;
    const id = `${group} ${verbs}`;
    const rule = rules.get(id);
    if (!rule) rules.set(id, { verbs, apiGroups: [group], resources: [resource] });
    else if (!rule.resources.includes(resource)) rule.resources.push(resource);
  }
  const nonResourceRules = [{ verbs: ['get'], nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi/*', '/readyz', '/version'] }];
  return { resourceRules: [...rules.values()], nonResourceRules };
};

async function rulesReview(ctx: RequestContext, rules: Rules, spec: any): Promise<object> {
  const namespace = word(spec?.namespace);
  if (!namespace) throw badRequest('no namespace on request');
  return { ...(await rules(ctx, namespace)), incomplete: false };
}

/**
 * Answers a SelfSubjectAccessReview, SelfSubjectRulesReview or SelfSubjectReview.
 *
 * @throws KubeError 400 when it is another kind or says nothing to review
 */
export async function review(ctx: RequestContext, info: ResourceInfo, body: unknown, { registry, access = allowAll, rules = askedRules(access, registry) }: Answers): Promise<KubeObject> {
  const { kind } = info;
  const { apiVersion, spec = {} } = decodeObject(info, body, 'Ignore');
  const answer = (status: object, said: object = spec): KubeObject => ({ kind, apiVersion, metadata: {}, spec: said, status });
  if (kind === 'SelfSubjectReview') return self(ctx, apiVersion);
  // Of what is asked here Kubernetes repeats nothing.
  if (kind === 'SelfSubjectRulesReview') return answer(await rulesReview(ctx, rules, spec), {});
  return answer(await accessReview(ctx, access, spec));
}

/** Who asks, as the server sees them: `kubectl auth whoami`. */
function self({ principal }: RequestContext, apiVersion: string): KubeObject {
  const { name, groups } = principal;
  return { kind: 'SelfSubjectReview', apiVersion, metadata: {}, status: { userInfo: { username: name, groups: [...new Set([...groups, 'system:authenticated'])] } } };
}
