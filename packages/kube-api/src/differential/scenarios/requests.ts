import type { SendOptions } from '../connection';
import { PATCH } from '../conversation';
import { scenario } from '../scenario';
import { configMap } from './objects';

/** Paths and verbs that lead nowhere. */
const paths = scenario('paths and verbs', async say => {
  const maps = say.in('configmaps');
  for (const path of ['/nowhere', '/api/v2', '/apis/none', '/apis/apps/v9', '/api/v1/nothing', '/apis/apps/v1/pods', '/api/v1/configmaps/x', '/api/v1/namespaces/default/namespaces/x']) await say.get(path);
  for (const path of [`${maps}/x/scale`, `${maps}/x/status`, `${maps}/none`, `${maps}/a%2Fb`, `${maps}/x/y/z`, '/api/v1/namespaces/none/configmaps', `${say.in('apps/v1/deployments')}/x/scale`]) await say.get(path);
  await say.post('/api/v1/configmaps', configMap('x'));
  await say.post(`${maps}/x`, configMap('x'));
  await say.put(maps, configMap('x'));
  await say.patch('merge', maps, {});
  await say.post('/apis', {});
  await say.post('/api/v1', {});
  await say.post('/version', {});
  await say.delete('/api/v1/configmaps');
  await say.delete('/api/v1/namespaces');
  await say.put('/api/v1/configmaps', {});
  await say.send('OPTIONS', maps);
  await say.send('TRACE', maps);
  await say.send('HEAD', maps);
  await say.delete(`${say.in('apps/v1/deployments')}/x/status`);
  await say.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x', {});
  await say.get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews');
});

const BODIES = ['', 'x', '{"a":', '[]', '"x"', 'null', '1', '{}', '{"kind":"ConfigMap"}', '{"apiVersion":"v1"}', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}', '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"x"}}', '{"apiVersion":"v1","kind":"ConfigMap"}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":[]}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}} x', '{"apiVersion":1,"kind":"ConfigMap"}'];

const bodies = scenario('bodies that are no object', async say => {
  const maps = say.in('configmaps');
  for (const body of BODIES) await say.post(maps, body);
  for (const body of BODIES) await say.put(`${maps}/a`, body);
  await say.post(maps, configMap('a'));
  for (const body of BODIES.slice(0, 12)) await say.put(`${maps}/a`, body);
  for (const body of BODIES.slice(0, 8)) await say.post(say.custom('widgets'), body);
  await say.post(maps, 'x', { type: 'text/plain' });
  await say.post(maps, '{}', { type: 'application/x-protobuf' });
  await say.post(maps, 'a: [', { type: 'application/yaml' });
  await say.post(maps, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "1"}\n', { type: 'application/yaml' });
  await say.post(maps, configMap('charset'), { type: 'application/json; charset=utf-8' });
  await say.post(maps, configMap('b'), { headers: { 'content-encoding': 'br' } });
  await say.get(`${maps}/yaml`, { accept: 'application/yaml' });
});

const large = scenario('bodies that are too large', async say => {
  const maps = say.in('configmaps');
  await say.post(maps, configMap('large', { a: 'x'.repeat(1024 * 1024 + 1) }));
  await say.post(maps, configMap('huge', { a: 'x'.repeat(3 * 1024 * 1024) }));
  await say.post(maps, configMap('annotated', {}, { annotations: { a: 'x'.repeat(256 * 1024 + 1) } }));
  await say.post(maps, configMap('fits', { a: 'x'.repeat(900 * 1024) }));
  await say.patch('json', `${maps}/fits`, Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/data/x', value: 'y' })));
});

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const ACCEPTED = ['image/png', 'text/html', '*/*', 'application/*', 'application/json;as=Chair;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v9;g=meta.k8s.io', `${TABLE},application/json`, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io', 'application/yaml', 'application/json;q=0.1, application/yaml;q=0.9'];

const media = scenario('media types', async say => {
  const maps = say.in('configmaps');
  await say.post(maps, configMap('a', { k: 'v' }));
  for (const accept of ACCEPTED) {
    await say.get(`${maps}/a`, { accept });
    await say.get(`${maps}?fieldSelector=metadata.name%3Da`, { accept });
  }
  await say.get(`${maps}/none`, { accept: TABLE });
  await say.get(`${maps}/a?includeObject=Object`, { accept: TABLE });
  await say.get(`${maps}/a?includeObject=None`, { accept: TABLE });
  await say.get(`${maps}/a?includeObject=Everything`, { accept: TABLE });
  await say.get('/apis', { accept: 'image/png' });
  const patch = (type: string | undefined, body: unknown) => say.send('PATCH', `${maps}/a`, { body, type } as SendOptions);
  for (const type of [undefined, 'application/x', 'application/json', 'application/apply-patch+cbor', 'application/merge-patch+json; charset=utf-8']) await patch(type, '{}');
  for (const type of Object.values(PATCH)) for (const body of ['', '[]', '{', '"x"', 'null', '{}']) await patch(type, body);
});

const queries = scenario('queries', async say => {
  const maps = say.in('configmaps');
  const post = (query: string, name: string) => say.post(`${maps}?${query}`, { ...configMap(name), foo: 1 });
  for (const [index, query] of ['dryRun=some', 'dryRun=All&dryRun=x', 'dryRun=', 'fieldValidation=Sometimes', 'fieldValidation=Strict', 'fieldValidation=Ignore', 'fieldValidation=Warn', `fieldManager=${'x'.repeat(200)}`, 'fieldManager=a%0Ab', 'pretty=true'].entries()) await post(query, `q${index}`);
  const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t"},"data":{"a":"1","a":"2"},"data":{"b":"1"}}';
  for (const validation of ['Strict', 'Warn', 'Ignore']) await say.post(`${maps}?dryRun=All&fieldValidation=${validation}`, twice);
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata:\n  a: "1"\n  a: "2"\n';
  for (const validation of ['Strict', 'Warn']) await say.post(`${maps}?dryRun=All&fieldValidation=${validation}`, yaml, { type: 'application/yaml' });
  for (const query of ['labelSelector=a%20in', 'labelSelector=%3Db', 'labelSelector=a%3D-', 'labelSelector=a%20in%20(b%2Cc)%2C!d%2Ce', 'fieldSelector=spec.x%3D1', 'fieldSelector=metadata.name', 'fieldSelector=metadata.namespace%3Dx', 'limit=many', 'limit=-1', 'limit=99999999999999999999', 'continue=zzz', 'resourceVersion=abc', 'resourceVersion=-1', 'resourceVersionMatch=Exact', 'resourceVersion=1&resourceVersionMatch=Nope', 'resourceVersion=0&resourceVersionMatch=Exact', 'watch=maybe', 'timeoutSeconds=x', 'sendInitialEvents=true', 'sendInitialEvents=true&watch=1', 'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact', 'watch=1&resourceVersionMatch=NotOlderThan', 'watch=1&continue=x', 'watch=1&resourceVersion=x']) {
    await say.get(`${maps}?${query}${query.startsWith('watch') || query.endsWith('watch=1') ? '&timeoutSeconds=1' : ''}`);
  }
  await say.patch('merge', `${maps}/q5?force=true`, {});
  await say.patch('merge', `${maps}/q5?fieldValidation=Strict`, { bar: 1 });
  await say.patch('merge', `${maps}/q5`, { bar: 1 });
  await say.delete(`${maps}/q5?propagationPolicy=Never`);
  await say.delete(`${maps}/q5?gracePeriodSeconds=x`);
  await say.delete(`${maps}/q5?dryRun=No`);
  for (const body of ['{"x"', '[]', { kind: 'Pod', apiVersion: 'v1' }, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: 'x' }, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Never' }, { kind: 'DeleteOptions', apiVersion: 'v1', orphanDependents: true, propagationPolicy: 'Orphan' }, { gracePeriodSeconds: 0 }]) await say.delete(`${maps}/q5`, body);
});

export const requests = [paths, bodies, large, media, queries];
