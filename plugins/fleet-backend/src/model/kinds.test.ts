import { randomUUID } from 'node:crypto';
import { kindDefinitions } from '@flotilla/backstage-plugin-fleet-common';
import { createRegistry, createResourceService, KubeError, MemoryStorage, systemContext, toTable } from '@flotilla/kube-api';
import type { KubeObject } from './kinds';
import { articleFile, articleManifests, changed, pick } from './testing/aWorld';

/** The kinds as the hub serves them: the schema speaks before our own admission does. */
function hub() {
  const registry = createRegistry({ kinds: 'hub', storedAsSent: group => group.endsWith('.kurator.dev') });
  for (const definition of kindDefinitions) registry.addCrd(definition as unknown as KubeObject);
  const service = createResourceService({ storage: new MemoryStorage(), registry, now: () => new Date('2026-01-02T03:04:05Z'), uid: randomUUID, enforceNamespaces: false });
  const warnings: string[] = [];
  const context = systemContext('test', message => warnings.push(message));
  const infoOf = (object: KubeObject) => registry.byKind(object.apiVersion, object.kind)!;
  const target = (object: KubeObject) => ({ info: infoOf(object), namespace: object.metadata.namespace, name: object.metadata.name });
  const create = (object: KubeObject) => service.create(context, target(object), structuredClone(object), { fieldValidation: 'Strict' });
  return { service, context, warnings, target, infoOf, create };
}

const manifests = articleManifests();
const demo = articleFile('demo/clusters.yaml');

async function refusal(object: KubeObject): Promise<string[]> {
  const failed = await hub().create(object).then(() => undefined, error => error);
  if (!(failed instanceof KubeError)) throw failed ?? new Error('it was accepted');
  return (failed.status.details?.causes ?? []).map(cause => `${cause.reason} ${cause.field}`).concat(failed.status.details?.causes ? [] : [failed.message]);
}

describe('the schemas of our kinds', () => {
  it.each([...manifests, ...demo].map(object => [`${object.kind} ${object.metadata.name}`, object] as const))('take %s under strict field validation, and store it as sent', async (_name, object) => {
    const { create, warnings } = hub();
    expect((await create(object)).spec).toEqual(object.spec);
    expect(warnings).toEqual([]);
  });

  it.each<[string, KubeObject, (copy: any) => void, string]>([
    ['a strategy nobody knows', pick(manifests, 'PropagationPolicy', 'intelligent-ai-rollout'), it => (it.spec.rollout.strategy = 'BigBang'), 'FieldValueNotSupported spec.rollout.strategy'],
    ['more than all requests', pick(manifests, 'PropagationPolicy', 'intelligent-ai-rollout'), it => (it.spec.rollout.stages[0].trafficPercent = 101), 'FieldValueInvalid spec.rollout.stages[0].trafficPercent'],
    ['a duration that is none', pick(manifests, 'PropagationPolicy', 'intelligent-ai-rollout'), it => (it.spec.rollout.stages[0].validation.duration = 'soon'), 'FieldValueInvalid spec.rollout.stages[0].validation.duration'],
    ['a cost weight above one', pick(manifests, 'SchedulingProfile', 'cost-aware-scheduling'), it => (it.spec.costAware.weight = 1.5), 'FieldValueInvalid spec.costAware.weight'],
    ['port 0', pick(manifests, 'CrossClusterEndpoint', 'huawei-to-aliyun'), it => (it.spec.port = 0), 'FieldValueInvalid spec.port'],
    ['a component type nobody knows', pick(manifests, 'Application', 'intelligent-ai-platform'), it => (it.spec.components[0].type = 'Pod'), 'FieldValueNotSupported spec.components[0].type'],
    ['a component without a name', pick(manifests, 'Application', 'intelligent-ai-platform'), it => delete it.spec.components[0].name, 'FieldValueRequired spec.components[0].name'],
    ['a kubeconfig without namespace', pick(demo, 'Cluster', 'aliyun-cluster'), it => delete it.spec.kubeconfigRef.namespace, 'FieldValueRequired spec.kubeconfigRef.namespace'],
    ['a mode nobody knows', pick(demo, 'Cluster', 'aliyun-cluster'), it => (it.spec.mode = 'Own'), 'FieldValueNotSupported spec.mode'],
    ['a negative price', pick(demo, 'Cluster', 'aliyun-cluster'), it => (it.spec.nodeGroups[0].price = -1), 'FieldValueInvalid spec.nodeGroups[0].price'],
  ])('refuse %s', async (_what, base, change, expected) => {
    expect(await refusal(changed(base, change))).toContain(expected);
  });

  it('refuse an unknown field by name', async () => {
    const misspelt = changed(pick(manifests, 'Fleet', 'ai-platform'), it => (it.spec.placement.clusterAfinity = {}));
    expect((await refusal(misspelt))[0]).toContain('unknown field "spec.placement.clusterAfinity"');
  });

  it('keep status apart: a write to the object leaves it alone', async () => {
    const { create } = hub();
    expect((await create(changed(demo[0], it => (it.status = { uid: 'forged' })))).status).toBeUndefined();
  });

  it('show a cluster in columns that read well', async () => {
    const { service, context, create, infoOf, target } = hub();
    const made = await create(demo[0]);
    const conditions = [{ type: 'Ready', status: 'True', reason: 'Healthy', message: 'answers', lastTransitionTime: '2026-01-02T03:04:05Z' }];
    const seen = { ...made, status: { conditions, version: 'v1.36.3', nodes: '7/7', lastSeenTime: '2026-01-02T03:04:00Z' } };
    const { object } = await service.update(context, { ...target(made), subresource: 'status' }, seen, {});
    const table = toTable(infoOf(made), object, { headers: true, now: Date.parse('2026-01-02T03:04:05Z'), includeObject: 'None' });
    expect(table.columnDefinitions!.filter((column: any) => !column.priority).map((column: any) => column.name)).toEqual(['Name', 'Ready', 'Reason', 'Provider', 'Region', 'Version', 'Nodes', 'Seen', 'Age']);
    expect(table.rows[0].cells).toEqual(expect.arrayContaining(['gpu-cluster-huawei', 'True', 'Healthy', 'huawei', 'cn-north-1', 'v1.36.3', '7/7', '5s']));
  });
});
