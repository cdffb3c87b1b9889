import { scenario } from '../scenario';
import { widget } from '../testKinds';
import type { Conversation } from '../conversation';
import { configMap, object } from './objects';

const ORDERED = ['b', 'a', 'a-1', 'a.b', 'a0', 'c', 'ab', 'z'];

/** Waits until a list from the cache would show what was written. */
async function fill(say: Conversation, resource: string, make: (name: string) => object): Promise<any[]> {
  const made = [];
  for (const name of ORDERED) made.push((await say.post(resource, make(name))).body);
  return made;
}

const paging = scenario('lists and pages', async say => {
  const maps = say.in('configmaps');
  const first = await fill(say, maps, name => configMap(name, { v: '1' }, { labels: { app: name[0] } }));
  await say.get(maps);
  let page = await say.get(`${maps}?limit=3`);
  await say.patch('merge', `${maps}/z`, { data: { v: '2' } });
  await say.delete(`${maps}/c`);
  await say.post(maps, configMap('d'));
  await say.get(`${maps}?limit=2&continue=${page.body.metadata.continue}&resourceVersion=5`);
  while (page.body.metadata.continue) page = await say.get(`${maps}?limit=3&continue=${encodeURIComponent(page.body.metadata.continue)}`);
  const past = first.at(-1).metadata.resourceVersion;
  for (const query of ['limit=2&labelSelector=app%3Da', 'labelSelector=app%20in%20(a,z)', 'labelSelector=app%20notin%20(a,z)', 'labelSelector=!app', 'labelSelector=app!%3Da', 'labelSelector=app%3Da,app%3Db', 'labelSelector=app%3D%3Da', 'fieldSelector=metadata.name%3Da', 'fieldSelector=metadata.name!%3Da', 'fieldSelector=metadata.name%3Da,metadata.name%3Db', 'limit=500', 'limit=0', 'resourceVersion=0', 'resourceVersion=0&limit=2', 'resourceVersion=0&resourceVersionMatch=NotOlderThan', `resourceVersion=${past}`, `resourceVersion=${past}&resourceVersionMatch=NotOlderThan`, `resourceVersion=${past}&resourceVersionMatch=Exact`, `resourceVersion=${past}&limit=3`, `resourceVersion=${past}&resourceVersionMatch=Exact&limit=3`, 'resourceVersion=99999999', 'resourceVersion=99999999&resourceVersionMatch=Exact', 'resourceVersion=99999999&resourceVersionMatch=NotOlderThan', 'continue=', 'continue=e30', 'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoieCJ9']) await say.get(`${maps}?${query}`);
  await say.get(`${maps}/a?resourceVersion=0`);
  await say.get(`${maps}/a?resourceVersion=${past}`);
  await say.get(`${maps}/a?resourceVersion=99999999`);
  await say.get(`${maps}/a?resourceVersion=x`);
  await say.get('/api/v1/configmaps?labelSelector=none%3Dsuch');
});

const everywhere = scenario('lists over all namespaces', async say => {
  const { group } = say.places;
  const others = ['a', 'a-b', 'ab'].map(each => `${say.places.namespace}-${each}`);
  for (const name of others) {
    await say.post('/api/v1/namespaces', object('v1', 'Namespace', name));
    for (const each of ['b', 'a']) await say.post(`/apis/${group}/v1/namespaces/${name}/gadgets`, object(`${group}/v1`, 'Gadget', each, { metadata: { name: each, labels: { in: say.places.namespace } } }));
  }
  const all = `/apis/${group}/v1/gadgets?labelSelector=in%3D${say.places.namespace}`;
  await say.get(all);
  let page = await say.get(`${all}&limit=2`);
  while (page.body.metadata.continue) page = await say.get(`${all}&limit=2&continue=${encodeURIComponent(page.body.metadata.continue)}`);
  await say.get(`${all}&fieldSelector=metadata.namespace%3D${others[1]}`);
  await say.table(all);
  for (const name of others) await say.delete(`/api/v1/namespaces/${name}`);
});

const tables = scenario('tables', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  await say.table(widgets);
  await say.post(widgets, widget(group, 'full', { size: 'S', replicas: 3, number: 1.5, flag: true, items: [{ name: 'a' }, { name: 'b' }], free: { a: 1 } }));
  await say.post(widgets, widget(group, 'empty', {}));
  await say.patch('merge', `${widgets}/full/status?fieldManager=s`, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  await say.table(widgets);
  await say.table(`${widgets}/full`);
  await say.table(`${widgets}?limit=1`);
  await say.table(`${widgets}/none`);
  await say.table(`${widgets}/full/scale`);
  await say.table('/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=metadata.name%3Dwidgets.x');
  for (const kind of ['configmaps', 'secrets', 'services', 'events', 'pods', 'persistentvolumeclaims', 'serviceaccounts', 'resourcequotas', 'limitranges', 'endpoints', 'apps/v1/deployments', 'apps/v1/statefulsets', 'apps/v1/daemonsets', 'apps/v1/replicasets', 'batch/v1/jobs', 'batch/v1/cronjobs', 'autoscaling/v2/horizontalpodautoscalers', 'networking.k8s.io/v1/ingresses', 'networking.k8s.io/v1/networkpolicies', 'policy/v1/poddisruptionbudgets', 'rbac.authorization.k8s.io/v1/roles', 'rbac.authorization.k8s.io/v1/rolebindings', 'coordination.k8s.io/v1/leases']) {
    await say.table(`${say.in(kind)}?labelSelector=none%3Dsuch`);
  }
  for (const path of ['/api/v1/nodes', '/api/v1/namespaces', '/apis/scheduling.k8s.io/v1/priorityclasses', '/apis/storage.k8s.io/v1/storageclasses', '/apis/rbac.authorization.k8s.io/v1/clusterroles', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings']) await say.table(`${path}?labelSelector=none%3Dsuch`);
});

const rows = scenario('rows of built-in kinds', async say => {
  const shown = async (of: string, apiVersion: string, kind: string, more: object) => {
    await say.post(say.in(of), object(apiVersion, kind, 'x', more));
    await say.table(`${say.in(of)}/x`);
  };
  await shown('configmaps', 'v1', 'ConfigMap', { data: { a: '1', b: '2' }, binaryData: { c: 'eA==' } });
  await shown('secrets', 'v1', 'Secret', { data: { a: 'eA==' } });
  await shown('services', 'v1', 'Service', { spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80, name: 'a' }, { port: 81, protocol: 'UDP', name: 'b' }] } });
  await shown('events', 'v1', 'Event', { involvedObject: { kind: 'ConfigMap', name: 'x', namespace: say.places.namespace }, reason: 'R', message: 'm', type: 'Normal', count: 3 });
  const pod = { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } };
  await shown('apps/v1/deployments', 'apps/v1', 'Deployment', { spec: { ...pod, replicas: 3, paused: true } });
  await shown('apps/v1/replicasets', 'apps/v1', 'ReplicaSet', { spec: { ...pod, replicas: 0 } });
  await shown('apps/v1/statefulsets', 'apps/v1', 'StatefulSet', { spec: { ...pod, replicas: 0, serviceName: 's' } });
  await shown('apps/v1/daemonsets', 'apps/v1', 'DaemonSet', { spec: { ...pod, template: { ...pod.template, spec: { ...pod.template.spec, nodeSelector: { no: 'where' } } } } });
  await shown('batch/v1/jobs', 'batch/v1', 'Job', { spec: { suspend: true, completions: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } } });
  await shown('batch/v1/cronjobs', 'batch/v1', 'CronJob', { spec: { suspend: true, schedule: '0 0 1 1 *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } } } } });
  await shown('autoscaling/v2/horizontalpodautoscalers', 'autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } });
  await shown('networking.k8s.io/v1/ingresses', 'networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: 'a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] } }] } });
  await shown('networking.k8s.io/v1/networkpolicies', 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: { matchLabels: { a: 'b' } } } });
  await shown('policy/v1/poddisruptionbudgets', 'policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } } });
  await shown('rbac.authorization.k8s.io/v1/roles', 'rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] });
  await shown('rbac.authorization.k8s.io/v1/rolebindings', 'rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }] });
  await shown('coordination.k8s.io/v1/leases', 'coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'me' } });
  await shown('persistentvolumeclaims', 'v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'x' } });
  await shown('serviceaccounts', 'v1', 'ServiceAccount', {});
  await shown('limitranges', 'v1', 'LimitRange', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } });
  await say.table(`/api/v1/namespaces/${say.places.namespace}`);
});

export const lists = [paging, everywhere, tables, rows];
