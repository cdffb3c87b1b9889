import { whoseObject } from './whose';

const of = (metadata: object) => whoseObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', ...metadata } }, 'this');
const managed = (...managers: string[]) => ({ managedFields: managers.map(manager => ({ manager, operation: 'Update' })) });

it.each<[string, object, ReturnType<typeof of>]>([
  ['our mark', { labels: { 'fleet.kurator.dev/hub': 'this', 'app.kubernetes.io/managed-by': 'flotilla' } }, { by: 'ours' }],
  ['the mark of another hub', { labels: { 'fleet.kurator.dev/hub': 'that' } }, { by: 'otherHub', name: 'that' }],
  ['a controller', { ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }] }, { by: 'controller', name: 'CronJob nightly' }],
  ['a Helm release', { annotations: { 'meta.helm.sh/release-name': 'shop' }, labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, { by: 'helm', name: 'shop' }],
  ['a chart without annotation', { labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'shop' } }, { by: 'helm', name: 'shop' }],
  ['Flux over Helm', { labels: { 'app.kubernetes.io/managed-by': 'Helm', 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'apps' } }, { by: 'flux', name: 'apps/shop' }],
  ['Argo CD by its tracking id', { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:web/api' } }, { by: 'argocd', name: 'shop' }],
  ['Argo CD by who wrote it', managed('argocd-controller', 'kube-controller-manager'), { by: 'argocd' }],
  ['another tool by its label', { labels: { 'app.kubernetes.io/managed-by': 'pulumi' } }, { by: 'tool', name: 'pulumi' }],
  ['another tool by who wrote it', managed('Terraform', 'kubectl-rollout'), { by: 'tool', name: 'Terraform' }],
  ['people', managed('kubectl-client-side-apply', 'kube-controller-manager'), { by: 'hand' }],
  ['nobody known', {}, { by: 'hand' }],
])('is judged by %s', (_, metadata, whose) => {
  expect(of(metadata)).toEqual(whose);
});

it('a manager that writes the status alone does not count', () => {
  expect(of({ managedFields: [{ manager: 'operator', operation: 'Update', subresource: 'status' }] })).toEqual({ by: 'hand' });
});
