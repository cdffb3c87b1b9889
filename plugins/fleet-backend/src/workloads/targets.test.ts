import type { KubeObject } from '@flotilla/kube-api';
import { jobName, renderFor } from './render';
import { referencesOfApplication, targetOfObject, targetsOf } from './targets';
import type { Reference } from './types';

const pods = (image: string, more: object = {}) => ({ template: { spec: { containers: [{ name: 'main', image, ...more }] } } });
const component = (name: string, over: object = {}) => ({ name, type: 'Deployment', template: { spec: { replicas: 3, ...pods('web:1') } }, ...over });
const application = (...components: object[]): KubeObject => ({
  apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application',
  metadata: { name: 'shop', namespace: 'store', uid: 'u1', generation: 2 },
  spec: { components },
});
const configMap = (name: string, text: string): Reference => ({ kind: 'ConfigMap', name, content: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'store', uid: 'x', resourceVersion: '7' }, data: { text } } });
const secret = (name: string, text: string): Reference => ({ kind: 'Secret', name, content: { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name, namespace: 'store' }, data: { text } } });
const reads = (name: string) => component('api', { template: { spec: pods('web:1', { envFrom: [{ configMapRef: { name } }], env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'pass', key: 'text' } } }] }) } });
const only = (components: object[], references: Reference[] = []) => targetsOf(application(...components), references)[0];

describe('a component', () => {
  it('carries its labels on object, pods and selector, with track stable from the first apply', () => {
    const { main, revision } = only([component('api')]);
    const labels = {
      'app.kubernetes.io/managed-by': 'flotilla', 'fleet.kurator.dev/application': 'shop', 'fleet.kurator.dev/component': 'api',
      'fleet.kurator.dev/revision': revision, 'fleet.kurator.dev/track': 'stable',
    };
    expect(main.metadata).toMatchObject({ name: 'api', namespace: 'store', labels });
    expect(main.spec.template.metadata.labels).toEqual(labels);
    expect(main.spec.selector.matchLabels).toMatchObject({ 'fleet.kurator.dev/component': 'api', 'fleet.kurator.dev/track': 'stable' });
  });

  it('never has its revision in the selector, which could not change with it', () => {
    expect(Object.keys(only([component('api')]).main.spec.selector.matchLabels)).not.toContain('fleet.kurator.dev/revision');
  });

  it('that is a Job carries labels on its pods, and leaves the selector to its controller', () => {
    const { main, isJob } = only([component('train', { type: 'Job', template: { spec: pods('train:1') } })]);
    expect(isJob).toBe(true);
    expect(main.spec.selector).toBeUndefined();
    expect(main.spec.template.metadata.labels).toMatchObject({ 'fleet.kurator.dev/track': 'stable' });
  });

  it('that changes leaves the revision of the others alone', () => {
    const revisions = (image: string) => targetsOf(application(component('api'), component('web', { template: { spec: pods(image) } })), []).map(each => each.revision);
    const [before, after] = [revisions('web:1'), revisions('web:2')];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  it('keeps its revision when only the placement changes', () => {
    expect(only([component('api', { placement: { clusterAffinity: { clusterNames: ['a'] } } })]).revision).toBe(only([component('api')]).revision);
  });

  it.each([
    ['Deployment', { replicas: 3 }, 3, true],
    ['StatefulSet', {}, 1, true],
    ['Job', { parallelism: 4, completions: 2 }, 2, false],
    ['Job', { parallelism: 4 }, 4, false],
    ['DaemonSet', {}, 1, false],
    ['Service', { ports: [] }, 1, false],
  ])('of type %s with %j wants %i, divided: %s', (type, spec, replicas, divided) => {
    expect(only([component('x', { type, template: { spec } })])).toMatchObject({ replicas, divided });
  });
});

describe('ConfigMaps and Secrets that a component names', () => {
  const references = [configMap('conf', 'one'), secret('pass', 'cw==')];

  it('are found, each once', () => {
    expect(referencesOfApplication(application(reads('conf'), reads('conf')))).toEqual([{ kind: 'ConfigMap', name: 'conf' }, { kind: 'Secret', name: 'pass' }]);
  });

  it('travel as immutable copies named by hash, which the pods name', () => {
    const { copies, main } = only([reads('conf')], references);
    expect(copies.map(copy => [copy.kind, copy.immutable, copy.metadata.namespace])).toEqual([['ConfigMap', true, 'store'], ['Secret', true, 'store']]);
    for (const copy of copies) expect(copy.metadata.name).toMatch(/^(conf|pass)-[0-9a-f]{10}$/);
    const [container] = main.spec.template.spec.containers;
    expect([container.envFrom[0].configMapRef.name, container.env[0].valueFrom.secretKeyRef.name]).toEqual(copies.map(copy => copy.metadata.name));
  });

  it('carry nothing of the hub\'s own metadata', () => {
    const [copy] = only([reads('conf')], references).copies;
    expect(Object.keys(copy.metadata).sort()).toEqual(['annotations', 'labels', 'name', 'namespace']);
  });

  it('make a new revision and a new copy when their content changes', () => {
    const before = only([reads('conf')], references);
    const after = only([reads('conf')], [configMap('conf', 'two'), references[1]]);
    expect(after.revision).not.toBe(before.revision);
    expect(after.copies[0].metadata.name).not.toBe(before.copies[0].metadata.name);
    expect(after.copies[1].metadata.name).toBe(before.copies[1].metadata.name);
  });

  it('make no new revision when only their metadata changes', () => {
    const relabelled = configMap('conf', 'one');
    relabelled.content.metadata.labels = { a: 'b' };
    expect(only([reads('conf')], [relabelled, references[1]]).revision).toBe(only([reads('conf')], references).revision);
  });

  it('are copied for each component: one that goes takes nothing from another', () => {
    const [one, two] = targetsOf(application(reads('conf'), { ...reads('conf'), name: 'web' }), references);
    expect(one.copies[0].metadata.name).not.toBe(two.copies[0].metadata.name);
  });

  it('that do not exist here keep their name: the member may have them', () => {
    expect(only([reads('conf')], []).main.spec.template.spec.containers[0].envFrom[0].configMapRef.name).toBe('conf');
  });

  it('with the longest name still give a name that Kubernetes takes', () => {
    const name = 'a'.repeat(253);
    expect(only([reads(name)], [configMap(name, 'one')]).copies[0].metadata.name!.length).toBeLessThanOrEqual(253);
  });
});

describe('an object that a policy selected', () => {
  const deployment: KubeObject = {
    apiVersion: 'apps/v1', kind: 'Deployment',
    metadata: { name: 'api', namespace: 'store', uid: 'u', resourceVersion: '9', generation: 3, finalizers: ['x'], labels: { app: 'api' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'n' } },
    spec: { replicas: 2, selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { app: 'api' } }, spec: { containers: [] } } },
    status: { replicas: 2 },
  };

  it('is applied unchanged apart from our marks on the object itself', () => {
    const { main } = targetOfObject(deployment, 'Never');
    expect(main.spec).toEqual(deployment.spec);
    expect(main.status).toBeUndefined();
    expect(main.metadata).toEqual({
      name: 'api', namespace: 'store',
      labels: { app: 'api', 'app.kubernetes.io/managed-by': 'flotilla' },
      annotations: { note: 'n', 'fleet.kurator.dev/target': 'Deployment/store/api/api' },
    });
  });

  it('has the same revision whatever the hub writes on it', () => {
    const written = { ...deployment, metadata: { ...deployment.metadata, resourceVersion: '10', finalizers: [] }, status: {} };
    expect(targetOfObject(written, 'Never').revision).toBe(targetOfObject(deployment, 'Never').revision);
  });
});

describe('what one cluster gets', () => {
  it('is its own share, with the hub\'s mark, copies first', () => {
    const target = only([reads('conf')], [configMap('conf', 'one')]);
    const objects = renderFor({ ...target, replicas: 5 }, 2, 'hub-1');
    expect(objects.map(each => each.kind)).toEqual(['ConfigMap', 'Deployment']);
    expect(objects[1].spec.replicas).toBe(2);
    for (const object of objects) expect(object.metadata.labels!['fleet.kurator.dev/hub']).toBe('hub-1');
    expect(target.main.metadata.labels!['fleet.kurator.dev/hub']).toBeUndefined();
  });

  it('has a Job under the component\'s name first, and later revisions with their hash behind it', () => {
    const target = only([component('train', { type: 'Job', template: { spec: pods('train:1') } })]);
    expect(jobName(target, [])).toBe('train');
    expect(jobName(target, [{ revision: 'older', name: 'train' }])).toBe(`train-${target.revision}`);
    expect(jobName(target, [{ revision: target.revision, name: 'train' }])).toBe('train');
  });
});
