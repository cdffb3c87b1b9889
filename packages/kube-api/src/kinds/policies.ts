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

export const ingress: KindRules = { firstStatus: () => ({ loadBalancer: {} }) };

export const podDisruptionBudget: KindRules = {
  firstStatus: () => ({ currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }),
};
