import type { KubeObject } from '@flotilla/kube-api';
import type { Member } from './Member';

/** Objects of the tests' fleet: namespace `shop`, fleet `kurator-system/main`. */
export const FLEETS = 'kurator-system';
const API = { fleet: 'fleet.kurator.dev/v1alpha1', apps: 'apps.kurator.dev/v1alpha1', policy: 'policy.kurator.dev/v1alpha1' };

export const namespace = (name = 'shop'): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const kubeconfigSecret = (name: string, kubeconfig: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Secret', type: 'fleet.kurator.dev/kubeconfig',
  metadata: { name: `${name}-key`, namespace: FLEETS },
  data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') },
});

export const aCluster = (name: string, labels: Record<string, string> = {}, spec: object = {}): KubeObject => ({
  apiVersion: API.fleet, kind: 'Cluster',
  metadata: { name, labels: { 'fleet.kurator.dev/jurisdiction': 'CN', ...labels } },
  spec: { provider: 'onprem', region: 'r', zone: 'z', mode: 'Manage', kubeconfigRef: { name: `${name}-key`, namespace: FLEETS }, allowedNamespaces: [FLEETS, 'shop'], ...spec },
});

export const aFleet = (clusters: (string | object)[], name = 'main', spec: object = {}): KubeObject => ({
  apiVersion: API.fleet, kind: 'Fleet', metadata: { name, namespace: FLEETS },
  spec: { clusters: clusters.map(each => (typeof each === 'string' ? { name: each } : each)), ...spec },
});

export const pods = (image = 'web:1', spec: object = {}) => ({ spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '100m', memory: '64Mi' } }, ...spec }] } });

export const aComponent = (name: string, over: Record<string, any> = {}) => {
  const { type = 'Deployment', image, replicas = 2, spec = {}, ...rest } = over;
  const scaled = type === 'Job' ? { template: { spec: { ...pods(image).spec, restartPolicy: 'Never' } } } : { replicas, template: pods(image) };
  return { name, type, template: { spec: { ...scaled, ...spec } }, ...rest };
};

export const anApplication = (components: object[], over: { name?: string; metadata?: object; spec?: object } = {}): KubeObject => ({
  apiVersion: API.apps, kind: 'Application', metadata: { name: over.name ?? 'web', namespace: 'shop', ...over.metadata }, spec: { components, ...over.spec },
});

export const on = (...clusterNames: string[]) => ({ placement: { clusterAffinity: { clusterNames } } });
export const where = (matchLabels: Record<string, string>) => ({ placement: { clusterAffinity: { labelSelector: { matchLabels } } } });

export const aDeployment = (name: string, over: { replicas?: number; image?: string; labels?: Record<string, string> } = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', labels: { app: name, ...over.labels } },
  spec: { replicas: over.replicas ?? 2, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, ...pods(over.image) } },
});

export const aPolicy = (name = 'spread', placement: object = {}, over: object = {}): KubeObject => ({
  apiVersion: API.policy, kind: 'PropagationPolicy', metadata: { name, namespace: 'shop' },
  spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement, ...over },
});

/** What a fleet of these members begins with. */
export const aStart = (members: Member[], labels: Record<string, Record<string, string>> = {}): KubeObject[] => [
  namespace(),
  ...members.flatMap(member => [kubeconfigSecret(member.name, member.kubeconfig()), aCluster(member.name, labels[member.name])]),
  aFleet(members.map(member => member.name)),
];
