import { scenario } from '../scenario';
import { widget } from '../testKinds';
import { configMap, container, deployment, job, object, podSpec } from './objects';

const json = scenario('JSON patches', async say => {
  const maps = say.in('configmaps');
  const one = `${maps}/one`;
  await say.post(maps, configMap('one', { a: '1', 'x.y': '2' }));
  const operations: unknown[] = [
    [],
    {},
    null,
    [1],
    [{}],
    [{ op: 'add' }],
    [{ op: 'add', path: '/data/b', value: '2' }],
    [{ op: 'add', path: 'data', value: '2' }],
    [{ op: 'add', path: '/none/b', value: '2' }],
    [{ op: 'add', path: '/data/c' }],
    [{ op: 'jump', path: '/data/b' }],
    [{ op: 'test', path: '/data/b', value: '2' }, { op: 'replace', path: '/data/b', value: '3' }],
    [{ op: 'test', path: '/data/b', value: 'no' }],
    [{ op: 'test', path: '/data/none', value: null }],
    [{ op: 'remove', path: '/data/none' }],
    [{ op: 'replace', path: '/data/none', value: 'x' }],
    [{ op: 'move', from: '/data/b', path: '/data/moved' }],
    [{ op: 'copy', from: '/data/moved', path: '/data/copied' }],
    [{ op: 'copy', from: '/data/none', path: '/data/copied' }],
    [{ op: 'add', path: '/data/x~1y', value: 'slash' }],
    [{ op: 'add', path: '/metadata/finalizers', value: [] }, { op: 'add', path: '/metadata/finalizers/-', value: 'a.b/c' }],
    [{ op: 'add', path: '/metadata/finalizers/7', value: 'a.b/d' }],
    [{ op: 'remove', path: '/metadata/finalizers/0' }],
    [{ op: 'remove', path: '' }],
    [{ op: 'replace', path: '', value: configMap('one', { whole: 'new' }) }],
    [{ op: 'replace', path: '/metadata/name', value: 'two' }],
    [{ op: 'replace', path: '/data', value: 'text' }],
    [{ op: 'add', path: '/unknown', value: 1 }],
    [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }],
    [{ op: 'add', path: '/data/after', value: 'reset' }],
  ];
  for (const body of operations) await say.patch('json', one, body);
  await say.patch('json', `${maps}/none`, []);
  await say.get(one);
});

const merge = scenario('merge patches', async say => {
  const maps = say.in('configmaps');
  const one = `${maps}/one`;
  const { body: made } = await say.post(maps, configMap('one', { a: '1' }));
  for (const body of [
    {},
    { data: { b: '2', a: null } },
    { data: { b: 2 } },
    { data: null },
    { data: { c: '3' }, binaryData: { d: 'eA==' } },
    { binaryData: { e: '***' } },
    { metadata: { name: 'other' } },
    { metadata: { namespace: 'other' } },
    { metadata: { uid: 'x' } },
    { metadata: { resourceVersion: '1' } },
    { metadata: { resourceVersion: made.metadata.resourceVersion } },
    { metadata: { resourceVersion: null, uid: null } },
    { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } },
    { metadata: { labels: { 'bad key!': 'x' } } },
    { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } } },
    { metadata: { labels: null } },
    { metadata: null },
    { kind: 'Secret' },
    { apiVersion: 'v2' },
    { kind: null },
    { immutable: true },
    { data: { c: '4' } },
    { immutable: false },
    { metadata: { labels: { still: 'free' } } },
  ]) await say.patch('merge', one, body);
  await say.get(one);
});

const strategic = scenario('strategic merge patches', async say => {
  const deployments = say.in('apps/v1/deployments');
  const one = `${deployments}/one`;
  await say.post(deployments, deployment('one', { paused: true }, podSpec({ containers: [container(), container({ name: 'b' })], tolerations: [{ key: 'a', operator: 'Exists' }], nodeSelector: { a: 'b' }, volumes: [{ name: 'v', emptyDir: {} }] })));
  const pod = (spec: object) => ({ spec: { template: { spec } } });
  for (const body of [
    pod({ containers: [{ name: 'b', $patch: 'delete' }, { name: 'c', image: 'c' }], nodeSelector: { $patch: 'replace', c: 'd' } }),
    pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'web' }], containers: [{ name: 'web', image: 'n', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] }] }),
    pod({ containers: [{ name: 'web', env: [{ name: 'A', $patch: 'delete' }, { name: 'B', value: '2' }], ports: [{ containerPort: 80, name: 'http' }] }] }),
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    pod({ containers: [{ image: 'x' }] }),
    pod({ containers: [{ name: 'x', $patch: 'foo' }] }),
    pod({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'x' }] }),
    pod({ tolerations: [{ key: 'z', operator: 'Exists' }] }),
    pod({ volumes: [{ name: 'v', emptyDir: null, configMap: { name: 'x' } }] }),
    pod({ volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }] }),
    pod({ imagePullSecrets: [{ name: 'p' }], hostAliases: [{ ip: '1.2.3.4', hostnames: ['h'] }] }),
    pod({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
    { spec: { selector: { matchLabels: { app: 'z' } }, template: { metadata: { labels: { app: 'z' } } } } },
    { metadata: { finalizers: ['a.b/c', 'a.b/d'] } },
    { metadata: { finalizers: ['a.b/e'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.b/c'] } },
    { metadata: { annotations: { a: 'b' } } },
    { metadata: { finalizers: null } },
    { spec: { replicas: null, template: { spec: { nodeSelector: null } } } },
    { spec: { replicas: 'x' } },
    { spec: { unknown: 1 } },
    { $patch: 'delete' },
    { spec: { $patch: 'replace', replicas: 2 } },
  ]) await say.patch('strategic', one, body);
  await say.get(one);
  const services = say.in('services');
  await say.post(services, object('v1', 'Service', 's', { spec: { ports: [{ port: 80, name: 'a' }, { port: 81, name: 'b' }] } }));
  await say.patch('strategic', `${services}/s`, { spec: { ports: [{ port: 81, $patch: 'delete' }, { port: 80, targetPort: 8080 }, { port: 82, name: 'c' }] } });
  await say.post(say.custom('widgets'), widget(say.places.group, 'w'));
  await say.patch('strategic', `${say.custom('widgets')}/w`, { spec: { size: 'L' } });
  await say.patch('strategic', `${deployments}/none`, {});
});

const status = scenario('status and scale', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  const one = `${widgets}/one`;
  const { body: made } = await say.post(widgets, { ...widget(group, 'one', { replicas: 2 }), status: { phase: 'dropped' } });
  await say.get(`${one}/status`);
  await say.patch('merge', `${one}/status?fieldManager=st`, { status: { phase: 'a', replicas: 2, selector: 'a=b' }, spec: { size: 'S' }, metadata: { labels: { a: 'b' }, annotations: { a: 'b' }, finalizers: ['a.b/c'] } });
  await say.put(`${one}/status?fieldManager=st`, { ...made, status: { phase: 'b' } });
  await say.put(`${one}/status?fieldManager=st`, { ...made, metadata: { name: 'one' }, status: { phase: 'b' } });
  await say.patch('merge', `${one}/status?fieldManager=st`, { status: { replicas: 'x', unknown: 1 } });
  await say.patch('merge', `${one}/status?fieldManager=st`, { status: { unknown: 1 } });
  await say.patch('merge', one, { status: { phase: 'c' } });
  await say.get(`${one}/scale`);
  await say.patch('merge', `${one}/scale?fieldManager=sc`, { spec: { replicas: 5 } });
  await say.patch('merge', `${one}/scale?fieldManager=sc`, { spec: { replicas: -1 } });
  await say.patch('merge', `${one}/scale?fieldManager=sc`, { spec: { replicas: 'x' } });
  await say.patch('merge', `${one}/scale?fieldManager=sc`, { spec: { replicas: 0 } });
  await say.get(`${one}/scale`);
  await say.patch('json', `${one}/scale?fieldManager=sc`, [{ op: 'replace', path: '/spec/replicas', value: 3 }]);
  const scale = (spec: object, metadata: object = {}) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'one', namespace: say.places.namespace, ...metadata }, spec });
  await say.put(`${one}/scale?fieldManager=sc`, scale({ replicas: 4 }));
  await say.put(`${one}/scale?fieldManager=sc`, scale({ replicas: 4 }, { resourceVersion: '1' }));
  await say.put(`${one}/scale?fieldManager=sc`, scale({ replicas: 4 }, { name: 'two' }));
  await say.put(`${one}/scale?fieldManager=sc`, { ...scale({ replicas: 4 }), kind: 'Widget' });
  await say.patch('apply', `${one}/scale?fieldManager=sc2`, scale({ replicas: 6 }));
  await say.patch('apply', `${one}/scale?fieldManager=sc2&force=true`, scale({ replicas: 6 }));
  await say.patch('json', one, [{ op: 'remove', path: '/spec/replicas' }]);
  await say.get(`${one}/scale`);
  await say.get(one);
  const deployments = say.in('apps/v1/deployments');
  const d = `${deployments}/d`;
  await say.post(deployments, deployment('d', { paused: true, replicas: 2 }));
  await say.get(`${d}/scale`);
  await say.put(`${d}/scale?fieldManager=sc`, { ...scale({ replicas: 7 }), metadata: { name: 'd', namespace: say.places.namespace } });
  await say.patch('merge', `${d}/scale?fieldManager=sc`, { spec: { replicas: 0 } });
  await say.get(`${d}/scale`);
  await say.patch('merge', `${d}/status?fieldManager=st`, { status: { replicas: 3, readyReplicas: 1 }, spec: { replicas: 9 }, metadata: { annotations: { from: 'status' }, labels: { from: 'status' } } });
  await say.patch('merge', `${d}/status?fieldManager=st`, { status: { replicas: -3 } });
  await say.patch('apply', `${d}/status?fieldManager=ap`, { apiVersion: 'apps/v1', kind: 'Deployment', status: { availableReplicas: 1, conditions: [{ type: 'Available', status: 'True' }] } });
  await say.patch('apply', `${d}/scale?fieldManager=ap`, { ...scale({ replicas: 6 }), metadata: { name: 'd', namespace: say.places.namespace } });
  await say.get(d);
  const jobs = say.in('batch/v1/jobs');
  await say.post(jobs, job('j'));
  await say.patch('merge', `${jobs}/j`, { spec: { completions: 4 } });
  await say.patch('merge', `${jobs}/j`, { spec: { parallelism: 0, backoffLimit: 2 } });
  await say.patch('merge', `${jobs}/j`, { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } });
});

export const patches = [json, merge, strategic, status];
