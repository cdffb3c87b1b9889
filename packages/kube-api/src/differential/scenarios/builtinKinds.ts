import { scenario } from '../scenario';
import type { Conversation } from '../conversation';
import { configMap, container, deployment, job, object, podSpec } from './objects';

const POD_SPECS: object[] = [
  { containers: [] },
  { containers: [container(), container()] },
  { containers: [container({ name: 'A_b' })] },
  { containers: [container({ image: ' x' })] },
  { containers: [container({ image: 5 })] },
  { containers: [{ name: 'c' }] },
  { containers: {} },
  { restartPolicy: 'Never' },
  { restartPolicy: 'Sometimes' },
  { terminationGracePeriodSeconds: -1 },
  { activeDeadlineSeconds: 0 },
  { serviceAccountName: 'A_b' },
  { nodeSelector: { 'bad key!': 'x' } },
  { tolerations: [{ key: 'a' }, { key: '', operator: 'Equal' }, { operator: 'Exists' }, { key: 'b', operator: 'Sometimes' }] },
  { volumes: [{ name: 'v' }, { name: 'v', emptyDir: {} }] },
  { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] },
  { containers: [container({ volumeMounts: [{ name: 'none', mountPath: '/x' }] })] },
  { containers: [container({ ports: [{ containerPort: 0 }, { containerPort: 70000, protocol: 'X' }] })] },
  { containers: [container({ ports: [{ containerPort: 1, name: 'UPPER' }, { containerPort: 2, name: 'a' }, { containerPort: 3, name: 'a' }] })] },
  { containers: [container({ env: [{ name: '' }, { name: '1=x', value: 'y' }, { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] })] },
  { containers: [container({ resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } })] },
  { containers: [container({ resources: { limits: { cpu: 'many' } } })] },
  { containers: [container({ resources: { limits: { cpu: '-1', foo: '1' } } })] },
  { containers: [container({ imagePullPolicy: 'Sometimes' })] },
  { containers: [container({ livenessProbe: {}, readinessProbe: { httpGet: { port: 0 }, tcpSocket: { port: 1 } } })] },
  { initContainers: [container({ name: 'init' }), container()] },
  { hostNetwork: true, containers: [container({ ports: [{ containerPort: 80 }] })] },
  { dnsPolicy: 'None' },
  { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
  { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'X' }] },
  { priorityClassName: 'A_b' },
  {
    volumes: [{ name: 'a', secret: { secretName: 's' } }, { name: 'b', configMap: { name: 'c' } }, { name: 'c', persistentVolumeClaim: { claimName: 'p' } }, { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 'x' } }] } }, { name: 'e', hostPath: { path: '/' } }, { name: 'f', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'metadata.name' } }] } }],
    containers: [container({ image: 'x', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } }, startupProbe: { exec: { command: ['x'] } }, readinessProbe: { tcpSocket: { port: 'http' } }, env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], resources: { limits: { cpu: 0.5, memory: '1024Mi', 'nvidia.com/gpu': 1 }, requests: { cpu: '100m' } }, lifecycle: { preStop: { httpGet: { port: 80 } } } })],
    serviceAccountName: 'x',
    tolerations: [{ key: 'a' }],
  },
];

const SPECS: object[] = [{ replicas: -1 }, { replicas: 'x' }, { template: 'x' }, { selector: {} }, { selector: { matchLabels: { z: 'z' } } }, { selector: { matchExpressions: [{ key: 'app', operator: 'Near' }] } }, { strategy: { type: 'Recreate', rollingUpdate: {} } }, { strategy: { type: 'X' } }, { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }, { strategy: { rollingUpdate: { maxSurge: '10%', maxUnavailable: '200%' } } }, { minReadySeconds: -1, progressDeadlineSeconds: 0, revisionHistoryLimit: -1 }, { foo: 1, bar: { baz: 2 } }, { replicas: null }];

const workloads = scenario('workloads that are wrong', async say => {
  const path = `${say.in('apps/v1/deployments')}?dryRun=All`;
  for (const [index, spec] of POD_SPECS.entries()) await say.post(path, deployment(`p${index}`, {}, podSpec(spec)));
  for (const [index, spec] of SPECS.entries()) await say.post(path, deployment(`d${index}`, spec));
  await say.post(`${path}&fieldValidation=Strict`, deployment('strict', { foo: 1 }, podSpec({ containers: [container({ bar: 1 })] })));
  await say.post(path, object('apps/v1', 'Deployment', 'none'));
  const jobs = `${say.in('batch/v1/jobs')}?dryRun=All`;
  for (const [spec, pod] of [[{}, { restartPolicy: 'Always' }], [{ completionMode: 'Indexed', parallelism: 2 }, {}], [{ completionMode: 'Indexed', completions: 2 }, {}], [{ parallelism: -1, backoffLimit: -1 }, {}], [{ completionMode: 'X' }, {}], [{ ttlSecondsAfterFinished: -1, activeDeadlineSeconds: -1 }, {}], [{ selector: { matchLabels: { a: 'b' } } }, {}], [{ manualSelector: true }, {}]] as const) await say.post(jobs, job('j', spec, pod));
});

async function each(say: Conversation, of: string, apiVersion: string, kind: string, ...bodies: object[]) {
  const path = of.startsWith('/') ? of : say.in(of);
  for (const [index, body] of bodies.entries()) await say.post(`${path}?dryRun=All`, object(apiVersion, kind, `x${index}`, body));
}

const pod = { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: podSpec() } };

const others = scenario('other built-in kinds', async say => {
  await each(say, 'apps/v1/statefulsets', 'apps/v1', 'StatefulSet', { spec: { ...pod, serviceName: 's' } }, { spec: pod }, { spec: {} });
  await each(say, 'apps/v1/daemonsets', 'apps/v1', 'DaemonSet', { spec: pod }, { spec: { ...pod, updateStrategy: { type: 'OnDelete' } } });
  await each(say, 'apps/v1/replicasets', 'apps/v1', 'ReplicaSet', { spec: pod });
  await each(say, 'batch/v1/cronjobs', 'batch/v1', 'CronJob', { spec: { schedule: '* * * * *', jobTemplate: { spec: job('x').spec } } }, { spec: { jobTemplate: { spec: job('x').spec } } }, { spec: { schedule: 'x', concurrencyPolicy: 'X', jobTemplate: { spec: job('x').spec } } });
  await each(say, 'services', 'v1', 'Service', { spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80 }] } }, { spec: { type: 'X', ports: [{ port: 0 }, { port: 80 }] } }, { spec: { type: 'ExternalName' } }, { spec: { clusterIP: 'None', ports: [{ port: 80, name: 'a' }, { port: 81, name: 'a' }] } });
  await each(say, 'secrets', 'v1', 'Secret', { stringData: { a: 'x' } }, { data: { a: '***' } }, { type: 'kubernetes.io/tls', data: {} }, { data: { 'a/b': '' } }, { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } }, { type: 'kubernetes.io/basic-auth' });
  await each(say, 'configmaps', 'v1', 'ConfigMap', { data: { 'a/b': '', '..x': '' } }, { data: { a: 1 } }, { data: { a: 'x' }, binaryData: { a: 'eA==' } }, { data: { a: null } });
  await each(say, 'autoscaling/v2/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } } }, { spec: { maxReplicas: 0, scaleTargetRef: {} } }, { spec: { minReplicas: 5, maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'x' } } });
  await each(say, 'persistentvolumeclaims', 'v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }, { spec: {} });
  await each(say, 'rbac.authorization.k8s.io/v1/roles', 'rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, { rules: [{ verbs: [] }] });
  await each(say, 'rbac.authorization.k8s.io/v1/rolebindings', 'rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: 'u' }, { kind: 'ServiceAccount', name: 's', namespace: 'default' }] });
  await each(say, 'networking.k8s.io/v1/networkpolicies', 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } });
  await each(say, 'networking.k8s.io/v1/ingresses', 'networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] } }] } }, { spec: {} });
  await each(say, 'policy/v1/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } } }, { spec: { minAvailable: 1, maxUnavailable: 1 } });
  await each(say, 'coordination.k8s.io/v1/leases', 'coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'x', leaseDurationSeconds: 10, renewTime: '2020-01-01T00:00:00.123456Z' } }, { spec: { renewTime: 'now' } }, { spec: { leaseDurationSeconds: 0 } });
  await each(say, 'serviceaccounts', 'v1', 'ServiceAccount', {});
  await each(say, 'resourcequotas', 'v1', 'ResourceQuota', { spec: { hard: { cpu: '1000m' } } }, { spec: { hard: { cpu: 'x' } } });
  await each(say, 'limitranges', 'v1', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '1000m' } }] } });
  await each(say, 'events', 'v1', 'Event', { involvedObject: { kind: 'Pod', name: 'x', namespace: say.places.namespace }, reason: 'R', message: 'm', type: 'Normal' }, {}, { involvedObject: { kind: 'Pod', namespace: 'other' } });
  await each(say, '/apis/scheduling.k8s.io/v1/priorityclasses', 'scheduling.k8s.io/v1', 'PriorityClass', { value: 10 });
  await each(say, '/apis/storage.k8s.io/v1/storageclasses', 'storage.k8s.io/v1', 'StorageClass', { provisioner: 'x.y/z' });
  await each(say, '/api/v1/nodes', 'v1', 'Node', { status: { capacity: { cpu: '4000m', memory: '8Gi' } } });
  await each(say, '/api/v1/namespaces', 'v1', 'Namespace', {}, { spec: { finalizers: [] } });
});

const updates = scenario('updates of built-in kinds', async say => {
  const secrets = say.in('secrets');
  await say.post(secrets, object('v1', 'Secret', 's', { immutable: true, data: { a: 'eA==' } }));
  for (const body of [{ data: { a: 'eQ==' } }, { type: 'x' }, { immutable: false }, { stringData: { a: 'x' } }, { metadata: { labels: { a: 'b' } } }]) await say.patch('merge', `${secrets}/s`, body);
  const deployments = say.in('apps/v1/deployments');
  const d = `${deployments}/d`;
  await say.post(deployments, deployment('d', { paused: true, replicas: 2 }));
  await say.put(d, deployment('d', { paused: true }));
  await say.put(d, deployment('d', { paused: true, selector: { matchLabels: { z: 'z' } } }));
  await say.put(d, deployment('d', { paused: true }, podSpec({ containers: [container({ image: 'other' })] }), { labels: { a: 'b' } }));
  await say.put(d, deployment('d', { paused: true }, podSpec({ containers: [container({ image: 'other' })] }), { annotations: { a: 'b' } }));
  await say.patch('merge', d, { spec: { strategy: { type: 'Recreate' } } });
  await say.patch('merge', d, { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } });
  await say.patch('merge', d, { spec: { replicas: null } });
  await say.get(d);
  const claims = say.in('persistentvolumeclaims');
  await say.post(claims, object('v1', 'PersistentVolumeClaim', 'p', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'x' } }));
  await say.patch('merge', `${claims}/p`, { spec: { storageClassName: 'y' } });
  await say.post(say.in('configmaps'), configMap('c', { a: '1' }));
  await say.patch('merge', `${say.in('configmaps')}/c`, { data: { 'bad key!': 'x' } });
  const services = say.in('services');
  await say.post(services, object('v1', 'Service', 'h', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }));
  await say.patch('merge', `${services}/h`, { spec: { clusterIP: '1.2.3.4' } });
  await say.delete(`${services}/h`);
});

const autoscalers = scenario('autoscaling/v1', async say => {
  const one = say.in('autoscaling/v1/horizontalpodautoscalers');
  await say.post(one, object('autoscaling/v1', 'HorizontalPodAutoscaler', 'h', { spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' } } }));
  await say.get(`${one}/h`);
  await say.get(`${say.in('autoscaling/v2/horizontalpodautoscalers')}/h`);
});

export const builtinKinds = [workloads, others, updates, autoscalers];
