import { scenario } from '../scenario';
import { builtinGroupVersions } from '../../builtins';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const byName = (items: any[], name: (item: any) => string, wanted: (name: string) => boolean) =>
  Object.fromEntries(items.filter(item => wanted(name(item))).map(item => [name(item), item]));

/** A real server has kinds that are no part of this product; what both have is the same. */
const documents = scenario('discovery', async say => {
  const groups = new Set(builtinGroupVersions.map(({ groupVersion }) => groupVersion.split('/')).map(([group, version]) => (version ? group : '')));
  for (const { groupVersion, resources = [] } of builtinGroupVersions) {
    const offered = new Set(resources.flatMap(({ name, subresources }) => [name, ...subresources.filter(each => each === 'status' || each === 'scale').map(each => `${name}/${each}`)]));
    const pick = (body: any) => ({ ...body, resources: byName(body.resources ?? [], ({ name }) => name, name => offered.has(name)) });
    await say.getPart(groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`, pick);
    if (groupVersion.includes('/')) await say.get(`/apis/${groupVersion.split('/')[0]}`);
  }
  await say.getPart('/api', ({ serverAddressByClientCIDRs, ...body }) => body);
  await say.getPart('/apis', body => ({ ...body, groups: byName(body.groups, ({ name }) => name, name => groups.has(name)) }));
  await say.getPart('/version', ({ major, minor, gitVersion, ...rest }) => ({ major, minor, gitVersion, fields: Object.keys(rest).filter(name => !/Major|Minor|emulat|minCompat/i.test(name)).sort() }));
  for (const path of ['/healthz', '/livez', '/readyz']) await say.get(path, { accept: '*/*' });
  const kinds = new Map(builtinGroupVersions.map(({ groupVersion, resources = [] }) => [groupVersion, new Set(resources.map(({ name }) => name))]));
  for (const root of ['/api', '/apis']) {
    const resource = ({ subresources, ...each }: any) => ({ ...each, subresources: subresources?.filter((sub: any) => ['status', 'scale'].includes(sub.subresource)) ?? [] });
    const version = (group: string) => (each: any) => ({ ...each, resources: byName(each.resources.map(resource), of => of.resource, name => kinds.get(group ? `${group}/${each.version}` : each.version)?.has(name) ?? false) });
    const group = (each: any) => ({ ...each, versions: each.versions.map(version(each.metadata.name ?? '')) });
    await say.getPart(root, body => ({ ...body, items: Object.values(byName(body.items, ({ metadata }) => metadata.name ?? '', name => groups.has(name))).map(group) }), { accept: AGGREGATED });
  }
  await say.get(`/apis/${say.places.group}`);
  await say.getPart(`/apis/${say.places.group}/v1`, body => ({ ...body, resources: byName(body.resources, ({ name }) => name, () => true) }));
});

/** What kubectl reads before it explains and validates: where each document is, and the schemas of one of them. */
const schemas = scenario('OpenAPI', async say => {
  // A kube-apiserver publishes the schemas of a new kind some seconds after it serves it.
  const published = ['v1', 'v1beta1'].map(version => `apis/${say.places.group}/${version}`);
  await say.until('/openapi/v3', ({ body }) => published.every(path => path in body.paths));
  await say.getPart('/openapi/v3', body => Object.keys(body.paths).filter(path => /^(api|apis\/(apps|batch))\/v1$/.test(path) || path.includes(say.places.group)).sort());
  const gone = (name: string) => !/^(JSONSchemaProps|Status|WatchEvent|DeleteOptions)/.test(name.split('.').pop()!);
  await say.getPart(`/openapi/v3/apis/${say.places.group}/v1`, body => byName(Object.entries(body.components.schemas), ([name]) => name, name => name.includes('Widget') && gone(name)));
  await say.getPart('/openapi/v3/apis/apps/v1', body => byName(Object.entries(body.components.schemas), ([name]) => name, name => name.endsWith('apps.v1.Deployment') || name.endsWith('core.v1.Container')));
  await say.get('/openapi/v3/apis/none/v1');
});

export const discovery = [documents, schemas];
