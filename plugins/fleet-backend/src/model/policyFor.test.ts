import type { KubeObject } from './kinds';
import { clustersNamedBy, policyFor, rolloutPolicyOf } from './policyFor';
import { articleObjects, pick } from './testing/aWorld';

const object: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'cart', labels: { tier: 'web' } } };
const BY = {
  name: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
  label: { apiVersion: 'apps/v1', kind: 'Deployment', labelSelector: { matchLabels: { tier: 'web' } } },
  all: { apiVersion: 'apps/v1', kind: 'Deployment' },
};
const policy = (name: string, resourceSelectors: unknown[], priority?: number, namespace = 'shop'): KubeObject => ({
  apiVersion: 'policy.kurator.dev/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name, namespace },
  spec: { resourceSelectors, priority },
});

const winner = (policies: KubeObject[], inForce?: string) => {
  const answer = policyFor(object, policies, inForce);
  if (answer.found === 'one') return answer.policy.metadata.name;
  return answer.found === 'tie' ? answer.policies.map(each => each.metadata.name).sort().join(' = ') : 'none';
};

describe('policyFor', () => {
  it.each<[string, KubeObject[], string | undefined, string]>([
    ['finds none where nothing selects it', [policy('a', [{ ...BY.name, name: 'other' }])], undefined, 'none'],
    ['prefers the name over a label', [policy('a', [BY.label]), policy('b', [BY.name])], undefined, 'b'],
    ['prefers a label over all of the kind', [policy('a', [BY.all]), policy('b', [BY.label])], undefined, 'b'],
    ['prefers priority over the name', [policy('a', [BY.name]), policy('b', [BY.all], 1)], undefined, 'b'],
    ['counts an absent priority as 0', [policy('a', [BY.name], -1), policy('b', [BY.all])], undefined, 'b'],
    ['takes the closest selector of a policy', [policy('a', [BY.all, BY.name]), policy('b', [BY.label])], undefined, 'a'],
    ['leaves a tie open', [policy('b', [BY.name]), policy('a', [BY.name])], undefined, 'a = b'],
    ['keeps the policy in force in a tie', [policy('b', [BY.name]), policy('a', [BY.name])], 'b', 'b'],
    ['lets a higher priority win over the policy in force', [policy('a', [BY.name]), policy('b', [BY.name], 5)], 'a', 'b'],
    ['never looks into another namespace', [policy('a', [BY.name], 9, 'other'), policy('b', [BY.all])], undefined, 'b'],
    ['passes over a policy that is being deleted', [{ ...policy('a', [BY.name]), metadata: { name: 'a', namespace: 'shop', deletionTimestamp: 'now' } }], undefined, 'none'],
    ['does not match a label selector of another kind', [policy('a', [{ ...BY.label, kind: 'StatefulSet' }])], undefined, 'none'],
  ])('%s', (_sentence, policies, inForce, expected) => {
    expect(winner(policies, inForce)).toBe(expected);
    expect(winner([...policies].reverse(), inForce)).toBe(expected);
  });

  it('says why the others lost', () => {
    const answer = policyFor(object, [policy('a', [BY.all]), policy('b', [BY.name]), policy('c', [BY.name], -2)]);
    expect(answer.found === 'one' && answer.losers.map(each => each.because)).toEqual(['b names it, this one selects all of its kind', 'b has priority 0, this one -2']);
  });
});

describe('clustersNamedBy', () => {
  it('collects the clusters of both forms, each once', () => {
    const objects = articleObjects();
    expect(clustersNamedBy(pick(objects, 'PropagationPolicy', 'cross-cloud-app'))).toEqual(['huawei-cloud-beijing', 'aliyun-shanghai']);
    expect(clustersNamedBy(pick(objects, 'PropagationPolicy', 'intelligent-ai-rollout'))).toEqual(['gpu-cluster-huawei', 'inference-cluster-aliyun', 'data-cluster-onprem']);
    expect(clustersNamedBy(undefined)).toEqual([]);
  });
});

describe('rolloutPolicyOf', () => {
  const objects = articleObjects();
  const app = pick(objects, 'Application', 'intelligent-ai-platform');
  const rollout = pick(objects, 'PropagationPolicy', 'intelligent-ai-rollout');

  it('is the first by name of those that target the Application in its namespace', () => {
    const named = (name: string) => ({ ...rollout, metadata: { ...rollout.metadata, name } });
    const elsewhere = { ...rollout, metadata: { name: 'a', namespace: 'default' } };
    expect(rolloutPolicyOf(app, [named('c'), elsewhere, named('b')])?.metadata.name).toBe('b');
  });

  it('is none for an object that only shares the name', () => {
    expect(rolloutPolicyOf({ ...app, kind: 'Deployment' }, [rollout])).toBeUndefined();
  });
});
