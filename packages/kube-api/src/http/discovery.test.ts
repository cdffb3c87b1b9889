import { httpApi } from '../testing/httpApi';
import type { HttpApi } from '../testing/httpApi';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [{
      name: 'v1', served: true, storage: true, subresources: { status: {} },
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } },
    }],
  },
};

let api: HttpApi;
beforeAll(async () => {
  api = await httpApi();
});
afterAll(() => api.close());

it('lists groups, versions and resources in the old form', async () => {
  expect((await api.send('GET', '/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  const groups = (await api.send('GET', '/apis')).body.groups;
  expect(groups.find((each: any) => each.name === 'apps')).toMatchObject({ preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } });
  expect((await api.send('GET', '/apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  const { resources } = (await api.send('GET', '/apis/apps/v1')).body;
  expect(resources.find((each: any) => each.name === 'deployments')).toMatchObject({ kind: 'Deployment', namespaced: true, shortNames: ['deploy'], verbs: expect.arrayContaining(['patch', 'watch']) });
  expect(resources.find((each: any) => each.name === 'deployments/scale')).toMatchObject({ kind: 'Scale', group: 'autoscaling', version: 'v1' });
});

it('gives all in one document, which need not be sent twice, until a kind is added', async () => {
  const first = await api.send('GET', '/apis', { accept: AGGREGATED });
  expect(first.headers.get('content-type')).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  const etag = first.headers.get('etag')!;
  expect((await api.send('GET', '/apis', { accept: AGGREGATED, headers: { 'if-none-match': etag } })).code).toBe(304);
  expect((await api.send('POST', CRDS, { body: crd })).code).toBe(201);
  const second = await api.send('GET', '/apis', { accept: AGGREGATED, headers: { 'if-none-match': etag } });
  expect(second.code).toBe(200);
  const group = second.body.items.find((each: any) => each.metadata.name === 'example.org');
  expect(group.versions[0].resources[0]).toMatchObject({ resource: 'widgets', scope: 'Namespaced', shortNames: ['wd'], subresources: [{ subresource: 'status' }] });
});

it('describes each group in OpenAPI v3, every reference in place', async () => {
  const { paths } = (await api.send('GET', '/openapi/v3')).body;
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/example.org/v1']));
  for (const { serverRelativeURL } of Object.values(paths) as any[]) {
    const reply = await api.send('GET', serverRelativeURL);
    expect(reply.code).toBe(200);
    const { schemas } = reply.body.components;
    for (const [, name] of reply.text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(Object.keys(schemas)).toContain(name);
    expect(reply.text).not.toContain('#/definitions/');
    expect(reply.headers.get('etag')).toContain(/hash=(\w+)/.exec(serverRelativeURL)![1]);
  }
});

it('declares what kubectl looks for before it sends', async () => {
  const { paths, components } = (await api.send('GET', '/openapi/v3/apis/example.org/v1')).body;
  const { patch } = paths['/apis/example.org/v1/namespaces/{namespace}/widgets/{name}'];
  expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'example.org', version: 'v1', kind: 'Widget' });
  expect(patch.parameters.map((each: any) => each.name)).toEqual(expect.arrayContaining(['dryRun', 'fieldValidation', 'fieldManager', 'force']));
  expect(Object.keys(patch.requestBody.content)).not.toContain('application/strategic-merge-patch+json');
  expect(components.schemas['org.example.v1.Widget'].properties).toMatchObject({ apiVersion: {}, kind: {}, metadata: {}, spec: {} });
  const apps = (await api.send('GET', '/openapi/v3/apis/apps/v1')).body;
  const deployment = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch;
  expect(Object.keys(deployment.requestBody.content)).toContain('application/strategic-merge-patch+json');
  const ids = (Object.values(apps.paths) as any[]).flatMap(item => Object.values(item).map((each: any) => each.operationId).filter(Boolean));
  expect(new Set(ids).size).toBe(ids.length);
});

it('gives Swagger in JSON and in protobuf, OpenAPI v3 in JSON alone', async () => {
  expect((await api.send('GET', '/openapi/v3/api/v1', { accept: 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf' })).code).toBe(406);
  const binary = await api.send('GET', '/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' });
  expect([binary.code, binary.headers.get('content-type')]).toEqual([200, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf']);
  // Field 1 of an openapi.v2.Document, and what a field of one kind is said to be.
  expect(binary.text.startsWith('\x0a\x032.0')).toBe(true);
  expect(binary.text).toContain('io.k8s.api.apps.v1.DeploymentStrategy');
  expect((await api.send('GET', '/openapi/v2')).body).toMatchObject({ swagger: '2.0', definitions: { 'io.k8s.api.apps.v1.Deployment': { type: 'object' } } });
  expect((await api.send('GET', '/openapi/v3/apis/none/v1')).code).toBe(404);
});
