import { admit } from './admit';
import { findingsOf } from './findings';
import { aWorld, articleManifests, articleObjects, changed, demoObjects, pick } from './testing/aWorld';

const objects = articleObjects();
const world = aWorld(objects);
const codesOf = (kind: string, name: string) => findingsOf(pick(objects, kind, name), world).map(each => `${each.code} ${each.path}`);

describe("the article's manifests", () => {
  it.each(articleManifests().map(object => [`${object.kind} ${object.metadata.name}`, object] as const))('admits %s', (_name, object) => {
    expect(admit({ operation: 'CREATE', object, world: aWorld() }).causes).toEqual([]);
    expect(admit({ operation: 'UPDATE', object, old: changed(object, copy => (copy.spec = {})), world }).causes).toEqual([]);
  });

  it.each(demoObjects().map(object => [`${object.kind} ${object.metadata.name}`, object] as const))('admits %s beside them', (_name, object) => {
    expect(admit({ operation: 'UPDATE', object, old: object, world }).causes).toEqual([]);
  });

  it('finds the stage that names a cluster no component can use, and nothing else wrong with the stages', () => {
    expect(codesOf('PropagationPolicy', 'intelligent-ai-rollout')).toEqual(['StageClusterUnusable spec.rollout.stages[2].clusters[2]', 'Unsupported spec.rollout', 'Unsupported spec.rollback']);
    const [finding] = findingsOf(pick(objects, 'PropagationPolicy', 'intelligent-ai-rollout'), world);
    expect(finding.because).toBe(
      'stage full-rollout names data-cluster-onprem, which no component of intelligent-ai-platform can use: model-training wants has-gpu=true, model-inference wants low-latency=true',
    );
  });

  it('finds the request canary on a cluster for Jobs alone, where gpu-cluster-huawei has no low-latency of its own', () => {
    const slower = objects.map(object => (object.metadata.name === 'gpu-cluster-huawei' ? changed(object, copy => delete copy.metadata.labels['low-latency']) : object));
    const found = findingsOf(pick(slower, 'PropagationPolicy', 'intelligent-ai-rollout'), aWorld(slower));
    expect(found.map(each => each.code)).toContain('StageWithoutRequests');
  });

  it('finds the toleration for a taint no cluster carries', () => {
    expect(codesOf('Fleet', 'ai-platform')).toEqual(['TolerationWithoutTaint spec.placement.clusterTolerations[0]', 'Unsupported spec.addons']);
  });

  it('finds replicas: 6 beside autoscaling', () => {
    expect(codesOf('Application', 'intelligent-ai-platform')).toEqual([
      'TwoOwnersOfReplicas spec.components[1].template.spec.replicas',
      'Unsupported spec.components[1].placement.autoscaling',
      'Unsupported spec.components[0].placement.volcano',
    ]);
  });

  it('finds the cost weight that differs from the built-in one, and says the weights that hold', () => {
    const [finding] = findingsOf(pick(objects, 'SchedulingProfile', 'cost-aware-scheduling'), world);
    expect(finding).toMatchObject({
      code: 'CostWeightDiffers',
      because: '0.3 differs from the built-in 0.2; where this profile is bound the weights are resource 0.2625, performance 0.21875, cost 0.3, compliance 0.13125, topology 0.0875',
    });
  });

  it('finds that nothing uses a profile once its binding is taken away', () => {
    const unbound = objects.map(object => (object.kind === 'Namespace' ? changed(object, copy => delete copy.metadata.annotations) : object));
    const found = findingsOf(pick(unbound, 'SchedulingProfile', 'cost-aware-scheduling'), aWorld(unbound));
    expect(found.map(each => each.code)).toEqual(['NothingUsesIt', 'CostWeightDiffers', 'Unsupported', 'Unsupported']);
    expect(found[1].because).toContain('nothing uses this profile, so the weights stay resource 0.3');
    expect(codesOf('SchedulingProfile', 'cost-aware-scheduling')).not.toContain('NothingUsesIt metadata.name');
  });

  it('finds nothing in the fleet that says nothing contradictory', () => {
    expect(codesOf('Fleet', 'global-production')).toEqual(['Unsupported spec.policyTemplates']);
  });

  it('gives the same findings as warnings', () => {
    const fleet = pick(objects, 'Fleet', 'ai-platform');
    const { warnings } = admit({ operation: 'CREATE', object: fleet, world });
    expect(warnings[0]).toBe('spec.placement.clusterTolerations[0]: no cluster of the fleet has a taint has-gpu=true:NoSchedule: nothing is tolerated');
  });
});
