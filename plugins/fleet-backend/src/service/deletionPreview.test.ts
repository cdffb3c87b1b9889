import type { AdmissionRequest, KubeObject } from '@flotilla/kube-api';
import type { Work } from '../model/work';
import type { WorkStore } from '../store/types';
import { deletionPreview, type Placements } from './deletionPreview';

const work = (owner: string, cluster: string, name = 'api'): Work =>
  ({ cluster, apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name, ownerUid: owner, state: 'wanted' }) as Work;
const all = [work('app', 'a'), work('app', 'b'), work('object', 'a', 'cart')];
const works = {
  byOwner: async (uid: string) => all.filter(each => each.ownerUid === uid),
  byCluster: async (cluster: string) => all.filter(each => each.cluster === cluster),
} as WorkStore;

const decision = (owner: string, fleet: string, policy?: string): KubeObject => ({
  apiVersion: 'scheduling.kurator.dev/v1alpha1', kind: 'PlacementDecision',
  metadata: {
    name: owner, namespace: 'shop', ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner }],
    annotations: { 'fleet.kurator.dev/fleet': fleet, ...(policy ? { 'fleet.kurator.dev/policy': policy } : {}) },
  },
});
const named = (apiVersion: string, kind: string, name: string, namespace = '', spec: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}), uid: name }, spec });
const placements: Placements = {
  inNamespace: () => [named('apps.kurator.dev/v1alpha1', 'Application', 'app', 'shop')],
  clusters: () => [named('fleet.kurator.dev/v1alpha1', 'Cluster', 'a', '', { kubeconfigRef: { name: 'key', namespace: 'shop' } })],
  decisions: () => [decision('app', 'shop/main'), decision('object', 'shop/main', 'spread')],
};
const preview = (old: KubeObject, dryRun = true) => {
  const group = old.apiVersion.includes('/') ? old.apiVersion.split('/')[0] : '';
  return deletionPreview(works, { operation: 'DELETE', dryRun, old, info: { group, kind: old.kind } } as AdmissionRequest, placements);
};

const FLEET = 'fleet.kurator.dev/v1alpha1';
const POLICY = 'policy.kurator.dev/v1alpha1';
const rows: [sentence: string, object: KubeObject, lines: string[]][] = [
  ['an Application removes its own', named('apps.kurator.dev/v1alpha1', 'Application', 'app', 'shop'), ['would remove Deployment shop/api on a', 'would remove Deployment shop/api on b']],
  ['a selected object removes its own', named('apps/v1', 'Deployment', 'object', 'shop'), ['would remove Deployment shop/cart on a']],
  ['a Cluster leaves all there running', named(FLEET, 'Cluster', 'a'), ['would leave running Deployment shop/api on a', 'would leave running Deployment shop/cart on a']],
  ['a Cluster that says Delete removes all there', named(FLEET, 'Cluster', 'b', '', { deletionPolicy: 'Delete' }), ['would remove Deployment shop/api on b']],
  ['a Fleet leaves what was placed on it running', named(FLEET, 'Fleet', 'main', 'shop'), ['would leave running Deployment shop/api on a', 'would leave running Deployment shop/api on b', 'would leave running Deployment shop/cart on a']],
  ['a Fleet that says Delete removes it', named(FLEET, 'Fleet', 'main', 'shop', { deletionPolicy: 'Delete' }), ['would remove Deployment shop/api on a', 'would remove Deployment shop/api on b', 'would remove Deployment shop/cart on a']],
  ['a fleet of the same name elsewhere touches nothing', named(FLEET, 'Fleet', 'main', 'bank'), []],
  ['a policy leaves what it placed running', named(POLICY, 'PropagationPolicy', 'spread', 'shop'), ['would leave running Deployment shop/cart on a']],
  ['a policy that says Delete removes it', named(POLICY, 'PropagationPolicy', 'spread', 'shop', { deletionPolicy: 'Delete' }), ['would remove Deployment shop/cart on a']],
  ['a policy of the same name elsewhere touches nothing', named(POLICY, 'PropagationPolicy', 'spread', 'bank'), []],
  ['a kubeconfig Secret leaves all of its clusters running', named('v1', 'Secret', 'key', 'shop'), ['would leave running Deployment shop/api on a', 'would leave running Deployment shop/cart on a']],
  ['a Namespace removes what its Applications placed', named('v1', 'Namespace', 'shop'), ['would remove Deployment shop/api on a', 'would remove Deployment shop/api on b']],
  ['a profile touches nothing', named('scheduling.kurator.dev/v1alpha1', 'SchedulingProfile', 'p'), []],
];

describe('a dry run of a deletion', () => {
  it.each(rows)('says that %s', async (_sentence, object, lines) => {
    expect((await preview(object)).sort()).toEqual(lines);
  });

  it('says nothing where it is no dry run', async () => {
    expect(await preview(rows[0][1], false)).toEqual([]);
  });

  it('counts what is too much to name', async () => {
    const many = Array.from({ length: 25 }, (_, i) => work('many', `c${i}`));
    const store = { byOwner: async () => many } as unknown as WorkStore;
    const lines = await deletionPreview(store, { operation: 'DELETE', dryRun: true, old: rows[0][1], info: { group: 'apps.kurator.dev', kind: 'Application' } } as AdmissionRequest, placements);
    expect(lines).toHaveLength(21);
    expect(lines[20]).toBe('would remove 5 more objects');
  });
});
