import type { KubeObject } from './kinds';
import { MEMBER_ACCOUNT, MEMBER_USES, type MemberRole, type MemberUse } from './memberRights';

const RBAC = 'rbac.authorization.k8s.io';
const { namespace, name } = MEMBER_ACCOUNT;
const LABELS = { 'app.kubernetes.io/part-of': 'flotilla' };
const SUBJECTS = [{ kind: 'ServiceAccount', name, namespace }];

/** One document of a manifest; `uses` stand beside the rules they are the reason of, one for each rule. */
export interface RoleDocument {
  object: KubeObject;
  uses: readonly MemberUse[];
}

const plain = (object: KubeObject): RoleDocument => ({ object, uses: [] });

function role(kind: 'ClusterRole' | 'Role', of: MemberRole, metadata: KubeObject['metadata']): RoleDocument {
  const uses = MEMBER_USES.filter(use => use.role === of);
  return { object: { apiVersion: `${RBAC}/v1`, kind, metadata: { ...metadata, labels: LABELS }, rules: uses.flatMap(use => use.rules) }, uses: uses.flatMap(use => use.rules.map(() => use)) };
}

const bound = (kind: 'ClusterRole' | 'Role', metadata: KubeObject['metadata']): RoleDocument =>
  plain({ apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata: { ...metadata, labels: LABELS }, roleRef: { apiGroup: RBAC, kind, name: metadata.name }, subjects: SUBJECTS });

const clusterRole = (of: MemberRole) => [role('ClusterRole', of, { name: `flotilla-${of}` }), bound('ClusterRole', { name: `flotilla-${of}` })];

/** The manifests of docs/rbac, by file name: what a team applies in its cluster to let the portal in. Each comes on top of the ones before. */
export function memberManifests(): Record<string, { about: string; documents: RoleDocument[] }> {
  const token = { name: 'flotilla-token', namespace };
  return {
    'observe.yaml': {
      about: 'Lets the portal look at this cluster and change nothing in it: an account, what it may read, and the right to renew its own token.',
      documents: [
        plain({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: LABELS } }),
        plain({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels: LABELS }, automountServiceAccountToken: false }),
        ...clusterRole('observe'),
        role('Role', 'token', token),
        bound('Role', token),
      ],
    },
    'manage.yaml': {
      about: 'On top of observe.yaml: lets the portal place what applications need. Take away the kinds you do not want placed, add others you do; in place of the ClusterRoleBinding a RoleBinding in each namespace keeps it to those (docs/joining.md).',
      documents: clusterRole('manage'),
    },
    'tidy.yaml': {
      about: 'On top of manage.yaml, and only if you like: lets the portal remove a namespace that it made itself, once nothing is left in it. To see that, it lists every kind there.',
      documents: clusterRole('tidy'),
    },
  };
}
