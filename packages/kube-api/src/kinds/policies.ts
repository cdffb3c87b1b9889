import { causes } from '../schema/causes';
import { equal } from '../schema/equal';
import type { KindRules } from './rules';

const RBAC = 'rbac.authorization.k8s.io';

export const roleBinding: KindRules = {
  fill(object) {
    if (object.roleRef) object.roleRef.apiGroup ??= RBAC;
    for (const subject of object.subjects ?? []) if (subject.kind !== 'ServiceAccount') subject.apiGroup ??= RBAC;
  },
  validateUpdate: (object, old) => (equal(object.roleRef, old.roleRef) ? [] : [causes.invalid('roleRef', object.roleRef, 'cannot change roleRef')]),
};

export const networkPolicy: KindRules = {
  fill({ spec }) {
    if (!spec) return;
    spec.policyTypes ??= spec.egress ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  },
};

export const ingress: KindRules = {
  firstStatus: () => ({ loadBalancer: {} }),
  validate: ({ spec }) => (spec?.defaultBackend || spec?.rules?.length ? [] : [causes.invalid('spec', null, 'either `defaultBackend` or `rules` must be specified')]),
};

/** A role's rules say who may do what, or nothing at all. */
export const role: KindRules = {
  validate: ({ rules = [] }) =>
    (rules as any[]).flatMap(({ verbs, apiGroups, resources, nonResourceURLs }, index) => {
      const at = `rules[${index}]`;
      const found = verbs?.length ? [] : [causes.required(`${at}.verbs`, 'verbs must contain at least one value')];
      if (nonResourceURLs?.length) return found;
      if (!apiGroups?.length) found.push(causes.required(`${at}.apiGroups`, 'resource rules must supply at least one api group'));
      if (!resources?.length) found.push(causes.required(`${at}.resources`, 'resource rules must supply at least one resource'));
      return found;
    }),
};

export const lease: KindRules = {
  validate: ({ spec = {} }) =>
    ['leaseDurationSeconds', 'leaseTransitions'].filter(field => spec[field] < (field === 'leaseTransitions' ? 0 : 1)).map(field =>
      causes.invalid(`spec.${field}`, spec[field], field === 'leaseTransitions' ? 'must be greater than or equal to 0' : 'must be greater than 0')),
};

export const podDisruptionBudget: KindRules = {
  firstStatus: () => ({ currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }),
  validate({ spec = {} }) {
    const { minAvailable, maxUnavailable } = spec;
    if (minAvailable === undefined || maxUnavailable === undefined) return [];
    return [causes.invalid('spec', { minAvailable, maxUnavailable }, 'minAvailable and maxUnavailable cannot be both set')];
  },
};
