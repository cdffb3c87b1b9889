import { scenario } from '../scenario';
import { widget } from '../testKinds';
import { configMap, container, deployment, podSpec } from './objects';

const managers = scenario('three managers apply a custom object', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  const one = `${widgets}/one`;
  const apply = (manager: string, spec: object, more: { metadata?: object; force?: boolean } = {}) =>
    say.apply(manager, widgets, widget(group, 'one', spec, more.metadata), more.force ? '&force=true' : '');
  await apply('one', { size: 'S', tags: ['a', 'b'], items: [{ name: 'a', v: 1 }], counts: { x: 1 }, free: { q: { w: 1 }, l: [1] }, whole: { a: '1' } }, { metadata: { labels: { a: '1' } } });
  await apply('two', { tags: ['b', 'c'], items: [{ name: 'b', v: 2 }], free: { q: { z: 2 } } }, { metadata: { labels: { b: '2' } } });
  await apply('two', { whole: { b: '2' } });
  await apply('three', { whole: { a: '1' }, size: 'S' });
  await apply('one', { tags: ['a'], counts: { y: 2 } });
  await apply('one', { size: 'L', items: [{ name: 'b', v: 3 }] });
  await apply('one', { size: 'L', items: [{ name: 'b', v: 3 }] }, { force: true });
  await say.patch('merge', `${one}?fieldManager=ctl`, { spec: { size: 'S', items: [{ name: 'b', v: 9 }, { name: 'z' }] } });
  await apply('one', { size: 'L', tags: ['z'] });
  await say.patch('merge', `${one}/status?fieldManager=st`, { status: { replicas: 3, phase: 'p' } });
  await say.patch('merge', `${one}/scale?fieldManager=sc`, { spec: { replicas: 5 } });
  await apply('one', { replicas: 2 });
  await say.apply('one', widgets, { ...widget(group, 'one', { size: 'S' }), status: { phase: 'x' } });
  await say.patch('apply', `${one}/status?fieldManager=one`, { ...widget(group, 'one', { size: 'S' }), status: { phase: 'x', conditions: [{ type: 'Ready', status: 'True' }] } });
  await say.patch('apply', `${one}/status?fieldManager=one&force=true`, { ...widget(group, 'one'), status: { phase: 'x', conditions: [{ type: 'Ready', status: 'True' }] } });
  await say.patch('apply', `${one}/status?fieldManager=two`, { ...widget(group, 'one'), status: { conditions: [{ type: 'Ready', status: 'False' }] } });
  await apply('one', {}, { force: true });
  await apply('two', {});
  await apply('three', {});
  await say.get(one);
  await say.patch('merge', one, { metadata: { managedFields: null } });
  await say.patch('merge', one, { metadata: { managedFields: [{}] } });
  await apply('one', { size: 'L' });
  await apply('two', { size: 'L', ports: [{ port: 1 }, { port: 1, protocol: 'UDP' }] });
  await apply('one', { size: 'L', ports: [{ port: 1, protocol: 'TCP', name: 'x' }] });
  await say.delete(one);
});

const wrong = scenario('applied configurations that are wrong', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  await say.apply('m', widgets, widget(group, 'w', { size: 'S' }));
  const path = `${widgets}/w?fieldManager=m`;
  await say.patch('apply', `${widgets}/w`, widget(group, 'w'));
  for (const spec of [{ unknown: 1 }, { items: [{ v: 1 }] }, { items: [{ name: 'a' }, { name: 'a' }] }, { tags: ['a', 'a'] }, { replicas: 'x' }, { replicas: -1 }, { size: 'XL' }, { tags: null }, { counts: null }, { filled: null }, { items: null }, { free: null }, { tags: 'x' }, { items: {} }, { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }, { embedded: { kind: 'X' } }, { embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { a: 'b' } }, spec: { x: 1 } } }]) await say.patch('apply', path, widget(group, 'w', spec));
  for (const metadata of [{ name: 'other' }, { namespace: 'other' }, { resourceVersion: '1' }, { uid: 'x' }, { managedFields: [{ manager: 'x' }] }, { managedFields: [] }, { labels: { 'bad key!': 'x' } }, { creationTimestamp: '2020-01-01T00:00:00Z' }, { finalizers: ['a.b/c'] }, { surprise: 1 }]) {
    await say.patch('apply', path, widget(group, 'w', {}, metadata));
  }
  for (const body of ['{}', 'a: [', '[]', 'x', '', '{"apiVersion":"v1"}', '{"kind":"Widget"}', JSON.stringify(configMap('w')), JSON.stringify({ ...widget(group, 'w'), apiVersion: `${group}/v9` }), `apiVersion: ${group}/v1\nkind: Widget\nmetadata:\n  name: w\nspec:\n  size: S\n  size: L\n`, `apiVersion: ${group}/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: L}\n`]) await say.patch('apply', path, body);
  await say.apply('m', widgets, widget(group, 'new', {}, { resourceVersion: '1' }));
  await say.apply('m', widgets, widget(group, 'new', {}, { uid: 'x' }));
  await say.apply('m', widgets, widget(group, 'new', {}), '&dryRun=All');
  await say.get(`${widgets}/new`);
  await say.apply('m', '/api/v1/namespaces/none/configmaps', configMap('x'));
  const maps = say.in('configmaps');
  await say.apply('m', maps, { ...configMap('c', { a: '1' }), surprise: 1 }, '&fieldValidation=Ignore');
  await say.apply('m', maps, { ...configMap('c', { a: '1' }), surprise: 1 });
  await say.apply('m', maps, configMap('c', { a: 1 }));
  await say.apply('m', maps, configMap('c', { a: '1' }));
  await say.apply('n', maps, configMap('c', { a: '2' }));
  await say.apply('n', maps, configMap('c', { a: '2' }), '&force=true');
  await say.apply('m', maps, configMap('c', { a: '3', b: '3' }));
  await say.apply('', maps, configMap('c'));
});

const workloads = scenario('managers apply a Deployment', async say => {
  const deployments = say.in('apps/v1/deployments');
  const d = `${deployments}/d`;
  const apply = (manager: string, spec: object, pod: object = {}, query = '') => say.apply(manager, deployments, deployment('d', { paused: true, ...spec }, podSpec(pod)), query);
  const web = (more: object) => ({ containers: [container(more)] });
  await apply('one', { replicas: 2 });
  await apply('one', { replicas: 2 });
  await apply('one', {}, web({ env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }], resources: { limits: { cpu: '1000m' } } }));
  await apply('two', {});
  await apply('two', {}, web({ image: 'x:2' }));
  await apply('two', {}, web({ image: 'x:2' }), '&force=true');
  await apply('two', {}, web({ image: 'x:2', ports: [{ containerPort: 80, protocol: 'UDP' }], env: [{ name: 'B', value: '2' }] }));
  await say.patch('strategic', d, { spec: { template: { spec: { containers: [{ name: 'side', image: 'y' }] } } } });
  await apply('one', {}, web({}));
  await say.patch('merge', `${d}/scale?fieldManager=hpa`, { spec: { replicas: 4 } });
  await apply('one', { replicas: 2 });
  await say.get(d);
  await say.patch('json', d, [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]);
  await apply('three', { replicas: 4 });
  await say.put(d, deployment('d', { paused: true }));
  await say.patch('merge', `${d}?fieldManager=kubectl-client-side-apply`, { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } });
  await apply('kubectl', { replicas: 3 }, {}, '&force=true');
  await say.delete(d, { propagationPolicy: 'Foreground' });
});

const emptied = scenario('a map emptied by its manager', async say => {
  const { group } = say.places;
  const widgets = say.custom('widgets');
  await say.apply('m', widgets, widget(group, 'w', { counts: { x: 1 } }));
  await say.apply('m', widgets, widget(group, 'w', { counts: {} }));
});

export const applies = [managers, wrong, workloads, emptied];
