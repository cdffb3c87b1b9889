import type { KubeObject } from '../types';
import { configMap, refusal, testService } from '../verbs/testKit';
import { validatePodTemplate, validateTolerations } from '.';

const labels = { app: 'web' };
const container = (more: object = {}) => ({ name: 'web', image: 'registry.example/web:1', ...more });
const podSpec = (more: object = {}) => ({ containers: [container()], ...more });
const deployment = (spec: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec() }, ...spec },
});
const withPod = (spec: object) => deployment({ template: { metadata: { labels }, spec: podSpec(spec) } });
const withContainer = (more: object) => withPod({ containers: [container(more)] });
const job = (spec: object = {}, pod: object = { restartPolicy: 'Never' }): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'train', namespace: 'default' },
  spec: { template: { spec: podSpec(pod) }, ...spec },
});
const simple = (apiVersion: string, kind: string, more: object): KubeObject => ({ apiVersion, kind, metadata: { name: 'x', namespace: 'default' }, ...more });

describe('a template that cannot run is refused:', () => {
  const at = 'spec.template.spec';
  it.each<[string, KubeObject, string, string]>([
    ['no selector', deployment({ selector: undefined }), 'spec.selector', 'Required value'],
    ['an empty selector', deployment({ selector: {} }), 'spec.selector', 'empty selector is invalid for deployment'],
    ['labels the selector misses', deployment({ selector: { matchLabels: { app: 'other' } } }), 'spec.template.metadata.labels', '`selector` does not match template `labels`'],
    ['fewer than no replicas', deployment({ replicas: -1 }), 'spec.replicas', 'must be greater than or equal to 0'],
    ['an unknown strategy', deployment({ strategy: { type: 'Slow' } }), 'spec.strategy.type', 'supported values: "Recreate", "RollingUpdate"'],
    ['rolling update of Recreate', deployment({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }), 'spec.strategy.rollingUpdate', 'Forbidden'],
    ['no containers', withPod({ containers: [] }), `${at}.containers`, 'Required value'],
    ['no container name', withContainer({ name: undefined }), `${at}.containers[0].name`, 'Required value'],
    ['a bad container name', withContainer({ name: 'Web' }), `${at}.containers[0].name`, 'lowercase RFC 1123 label'],
    ['no image', withContainer({ image: undefined }), `${at}.containers[0].image`, 'Required value'],
    ['two containers of one name', withPod({ containers: [container(), container()] }), `${at}.containers[1].name`, 'Duplicate value: "web"'],
    ['a policy pods of a Deployment cannot have', withPod({ restartPolicy: 'Never' }), `${at}.restartPolicy`, 'supported values: "Always"'],
    ['more requested than allowed', withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1500m' } } }), `${at}.containers[0].resources.requests`, 'must be less than or equal to cpu limit of 1500m'],
    ['part of a GPU', withContainer({ resources: { limits: { 'nvidia.com/gpu': '500m' } } }), `${at}.containers[0].resources.limits[nvidia.com/gpu]`, 'must be an integer'],
    ['GPUs requested without limit', withContainer({ resources: { requests: { 'nvidia.com/gpu': 1 } } }), `${at}.containers[0].resources.limits`, 'Limit must be set for non overcommitable resources'],
    ['other GPUs requested than allowed', withContainer({ resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': 2 } } }), `${at}.containers[0].resources.requests`, 'must be equal to nvidia.com/gpu limit of 2'],
    ['a resource nobody knows', withContainer({ resources: { limits: { gpu: 1 } } }), `${at}.containers[0].resources.limits[gpu]`, 'must be a standard resource type or fully qualified'],
    ['a port out of range', withContainer({ ports: [{ containerPort: 70000 }] }), `${at}.containers[0].ports[0].containerPort`, 'between 1 and 65535'],
    ['a mount of no volume', withContainer({ volumeMounts: [{ name: 'data', mountPath: '/d' }] }), `${at}.containers[0].volumeMounts[0].name`, 'Not found: "data"'],
    ['a probe that probes nothing', withContainer({ readinessProbe: {} }), `${at}.containers[0].readinessProbe`, 'must specify a handler type'],
    ['a variable without name', withContainer({ env: [{ value: 'x' }] }), `${at}.containers[0].env[0].name`, 'Required value'],
    ['a reference without key', withContainer({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }] }), `${at}.containers[0].env[0].valueFrom.secretKeyRef.key`, 'Required value'],
    ['a toleration with value and Exists', withPod({ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }), `${at}.tolerations[0].operator`, 'value must be empty'],
    ['an unknown taint effect', withPod({ tolerations: [{ key: 'a', effect: 'Never' }] }), `${at}.tolerations[0].effect`, 'Unsupported value'],
    ['affinity without terms', withPod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }), `${at}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`, 'at least one'],
    ['a Job that restarts for ever', job({}, {}), `${at}.restartPolicy`, 'valid values: "OnFailure", "Never"'],
    ['an indexed Job without completions', job({ completionMode: 'Indexed', parallelism: 2 }), 'spec.completions', 'Required value'],
    ['a CronJob without schedule', simple('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: job().spec } } }), 'spec.schedule', 'Required value'],
  ])('%s', async (_what, object, field, words) => {
    const answer = await refusal(testService().create(object));
    expect(answer.code).toBe(422);
    expect(answer.causes.find((cause: any) => cause.field === field)?.message).toContain(words);
  });
});

describe('core kinds', () => {
  it.each<[string, KubeObject, number, string]>([
    ['a ConfigMap key with a slash', configMap('x', { 'a/b': '' }), 422, 'data[a/b]'],
    ['Secret data that is no base64', simple('v1', 'Secret', { data: { a: '***' } }), 400, 'illegal base64'],
    ['a TLS Secret without its key', simple('v1', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }), 422, 'data[tls.key]'],
    ['a Service without ports', simple('v1', 'Service', { spec: {} }), 422, 'spec.ports'],
    ['a Service name that starts with a digit', { ...simple('v1', 'Service', { spec: { ports: [{ port: 80 }] } }), metadata: { name: '1x', namespace: 'default' } }, 422, 'metadata.name'],
    ['a bad label', configMap('x', {}, { labels: { a: 'b c' } }), 422, 'metadata.labels'],
    ['a bad annotation key', configMap('x', {}, { annotations: { 'a b': '' } }), 422, 'metadata.annotations'],
    ['an HPA without target', simple('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 2, scaleTargetRef: {} } }), 422, 'spec.scaleTargetRef.kind'],
    ['a quantity that is none', withContainer({ resources: { limits: { cpu: 'many' } } }), 400, 'quantities must match'],
    ['a time that is none', simple('coordination.k8s.io/v1', 'Lease', { spec: { renewTime: 'now' } }), 400, 'parsing time'],
  ])('%s is refused', async (_what, object, code, words) => {
    const answer = await refusal(testService().create(object));
    expect(answer.code).toBe(code);
    expect(answer.message).toContain(words);
  });

  it('turns stringData into data', async () => {
    const made = await testService().create(simple('v1', 'Secret', { stringData: { a: 'grüße' }, data: { b: 'eA==' } }));
    expect(made.data).toEqual({ a: Buffer.from('grüße').toString('base64'), b: 'eA==' });
    expect(made).toMatchObject({ type: 'Opaque' });
    expect(made.stringData).toBeUndefined();
  });

  it('never shows a Secret in a refusal', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(simple('v1', 'Secret', { immutable: true, data: { a: 'c2VjcmV0' } }));
    const answer = await refusal(service.patch(ctx, of(made), { type: 'merge', body: { data: { a: 'b3RoZXI=' } } }, {}));
    expect(JSON.stringify(answer)).not.toMatch(/c2VjcmV0|b3RoZXI/);
  });
});

describe('what may not change', () => {
  it.each<[string, KubeObject, object, string]>([
    ['the selector of a Deployment', deployment(), { spec: { selector: { matchLabels: { app: 'web', x: 'y' } }, template: { metadata: { labels: { x: 'y' } } } } }, 'spec.selector'],
    ['the template of a Job', job(), { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } }, 'spec.template'],
    ['the completions of a Job', job(), { spec: { completions: 3 } }, 'spec.completions'],
    ['the type of a Secret', simple('v1', 'Secret', {}), { type: 'x/y' }, 'type'],
    ['the data of an immutable ConfigMap', simple('v1', 'ConfigMap', { immutable: true, data: { a: '1' } }), { data: { a: '2' } }, 'data'],
    ['the node of a bound pod', simple('v1', 'Pod', { spec: podSpec({ nodeName: 'n1' }) }), { spec: { nodeName: 'n2' } }, 'spec'],
    ['the role of a binding', simple('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'a' } }), { roleRef: { name: 'b' } }, 'roleRef'],
  ])('%s', async (_what, object, body, field) => {
    const { create, service, ctx, of } = testService();
    const made = await create(object);
    const answer = await refusal(service.patch(ctx, of(made), { type: 'merge', body }, {}));
    expect(answer).toMatchObject({ code: 422 });
    expect(answer.causes.map((cause: any) => cause.field)).toContain(field);
  });

  it('leaves the number of a Job\'s pods and the template of a suspended one open', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(job({ suspend: true }));
    const { object } = await service.patch(ctx, of(made), { type: 'merge', body: { spec: { parallelism: 0, template: { spec: { nodeSelector: { a: 'b' } } } } } }, {});
    expect(object.spec).toMatchObject({ parallelism: 0, template: { spec: { nodeSelector: { a: 'b' } } } });
  });
});

describe('what the server fills in', () => {
  it('for a Deployment', async () => {
    const made = await testService().create(withContainer({ image: 'web', resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }));
    expect(made.status).toEqual({});
    expect(made.spec).toEqual({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'web',
              imagePullPolicy: 'Always',
              resources: { limits: { cpu: '500m', memory: '1Gi' } },
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
            },
          ],
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
      },
    });
  });

  it('for a Job: a selector of its own, where pods are made', async () => {
    const made = await testService().create(job());
    const uid = made.metadata.uid!;
    expect(made.spec).toMatchObject({ parallelism: 1, completions: 1, backoffLimit: 6, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } } });
    expect(made.spec.template.metadata.labels['job-name']).toBe('train');
    expect((await testService({ templates: true }).create(job())).spec.selector).toBeUndefined();
    expect((await testService({ registry: { kinds: 'hub' } }).create(job())).spec.selector).toBeUndefined();
  });

  it('leaves the pods of a Job deleted without a word on them', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create(job());
    expect(await service.delete(ctx, of(made), {})).toMatchObject({ metadata: { finalizers: ['orphan'] } });
    expect(await service.delete(ctx, of(made), { propagationPolicy: 'Background' })).toMatchObject({ status: 'Success' });
  });

  it('for a Pod: requests from limits, a first status', async () => {
    const made = await testService().create(simple('v1', 'Pod', { spec: podSpec({ containers: [container({ resources: { limits: { cpu: '1', memory: '1Gi' } } })] }) }));
    expect(made.spec.containers[0].resources.requests).toEqual({ cpu: '1', memory: '1Gi' });
    expect(made.status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
  });

  it('the same twice: a second write of what was read changes nothing', async () => {
    const { create, service, ctx, of } = testService();
    for (const object of [deployment(), job(), simple('v1', 'Service', { spec: { ports: [{ port: 80 }] } }), simple('v1', 'Secret', { stringData: { a: 'b' } })]) {
      const made = await create(object);
      expect((await service.update(ctx, of(made), structuredClone(made), {})).object.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    }
  });

  it('lets go of a Namespace only when its controller says so', async () => {
    const { create, service, ctx, of } = testService();
    const made = await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    expect(made).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' }, metadata: { labels: { 'kubernetes.io/metadata.name': 'team' } } });
    expect(await service.delete(ctx, of(made), {})).toMatchObject({ status: { phase: 'Terminating' } });
    const release = { type: 'merge' as const, body: { spec: { finalizers: [] } } };
    await service.patch(ctx, of(made), release, {});
    await service.get(ctx, of(made));
    await service.patch({ ...ctx, principal: { kind: 'system', name: 'namespace-controller', groups: [] } }, of(made), release, {});
    expect(await refusal(service.get(ctx, of(made)))).toMatchObject({ code: 404 });
  });
});

describe('for others to use', () => {
  it('validates a pod template by itself, hostile shapes included', () => {
    expect(validatePodTemplate({ spec: podSpec() }, 'spec.template')).toEqual([]);
    for (const raw of [undefined, null, 'x', [], { spec: 'x' }, { spec: { containers: 'x' } }, { spec: { containers: [null, 'x'] } }]) {
      expect(validatePodTemplate(raw, 'spec.template').length).toBeGreaterThan(0);
    }
  });

  it('validates tolerations by themselves', () => {
    expect(validateTolerations([{ key: 'edge', operator: 'Exists' }, { operator: 'Exists' }, { key: 'a', value: 'b', effect: 'NoSchedule' }], 't')).toEqual([]);
    expect(validateTolerations([{ value: 'b' }], 't')).toHaveLength(1);
  });
});
