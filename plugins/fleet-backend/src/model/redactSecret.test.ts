import { isKubeconfigSecret, kubeconfigSecrets, redactSecret } from './redactSecret';
import { articleObjects } from './testing/aWorld';

const objects = articleObjects();
const named = kubeconfigSecrets(objects.filter(each => each.kind === 'Fleet'), objects.filter(each => each.kind === 'Cluster'));
const secret = (name: string, type = 'Opaque', namespace = 'kurator-system') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"c2VjcmV0"}', team: 'a' } },
  type,
  data: { kubeconfig: 'c2VjcmV0' },
  stringData: { other: 'secret' },
});

describe('kubeconfig Secrets', () => {
  it.each([
    ['by its type', secret('any', 'fleet.kurator.dev/kubeconfig'), true],
    ["by a fleet's entry", secret('huawei-kubeconfig-secret'), true],
    ["by a Cluster's reference", secret('gpu-cluster-huawei-kubeconfig'), true],
    ['not by a name in another namespace', secret('huawei-kubeconfig-secret', 'Opaque', 'default'), false],
    ['not when nothing names it', secret('database'), false],
  ])('are known %s', (_how, object, expected) => {
    expect(isKubeconfigSecret(object, named)).toBe(expected);
  });

  it('are shown without data, without last-applied, with a hash that changes with the content', () => {
    const shown = redactSecret(secret('any', 'fleet.kurator.dev/kubeconfig'), content => `h${JSON.stringify(content).length}`);
    expect(Object.keys(shown).sort()).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
    expect(shown.metadata.annotations).toEqual({ team: 'a', 'fleet.kurator.dev/content-hash': 'h66' });
    expect(JSON.stringify(shown)).not.toContain('c2VjcmV0');
  });
});
