import type { ResourceInfo, Schema } from '../types';
import { META, SCALE, collectReferences, listSchema, objectSchema, schemaName } from './schemas';
import type { Definitions } from './schemas';

type Parameter = { name: string; in: 'query' | 'path'; description: string; required?: boolean; schema: Schema };
interface Gvk {
  group: string;
  version: string;
  kind: string;
}

const TEXT: Schema = { type: 'string', uniqueItems: true };
const FLAG: Schema = { type: 'boolean', uniqueItems: true };
const query = (name: string, description: string, schema: Schema = TEXT): Parameter => ({ name, in: 'query', description, schema });

const DRY_RUN = query('dryRun', 'When present, indicates that modifications should not be persisted. The only valid value is All.');
const FIELD_MANAGER = query('fieldManager', 'fieldManager is a name associated with the actor or entity that is making these changes.');
const FIELD_VALIDATION = query('fieldValidation', 'fieldValidation instructs the server on how to handle objects in the request containing unknown or duplicate fields: Ignore, Warn or Strict.');
const FORCE = query('force', 'Force is going to "force" Apply requests.', FLAG);
const PRETTY = query('pretty', "If 'true', then the output is pretty printed.");
const WRITE = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION];
const LIST = [
  query('allowWatchBookmarks', 'allowWatchBookmarks requests watch events with type "BOOKMARK".', FLAG),
  query('continue', 'The continue option should be set when retrieving more results from the server.'),
  query('fieldSelector', 'A selector to restrict the list of returned objects by their fields.'),
  query('labelSelector', 'A selector to restrict the list of returned objects by their labels.'),
  query('limit', 'limit is a maximum number of responses to return for a list call.', { type: 'integer', uniqueItems: true }),
  query('resourceVersion', 'resourceVersion sets a constraint on what resource versions a request may be served from.'),
  query('resourceVersionMatch', 'resourceVersionMatch determines how resourceVersion is applied to list calls.'),
  query('sendInitialEvents', 'Sends the state as synthetic events before the stream of changes.', FLAG),
  query('timeoutSeconds', 'Timeout for the list/watch call.', { type: 'integer', uniqueItems: true }),
  query('watch', 'Watch for changes to the described resources.', FLAG),
];
const DELETE = [
  DRY_RUN,
  query('gracePeriodSeconds', 'The duration in seconds before the object should be deleted.', { type: 'integer', uniqueItems: true }),
  query('orphanDependents', 'Deprecated: please use the PropagationPolicy.', FLAG),
  query('propagationPolicy', 'Whether and how garbage collection will be performed: Orphan, Background or Foreground.'),
];
const NAME_PATH: Parameter = { name: 'name', in: 'path', required: true, description: 'name of the object', schema: TEXT };
const NAMESPACE_PATH: Parameter = { name: 'namespace', in: 'path', required: true, description: 'object name and auth scope, such as for teams and projects', schema: TEXT };

const JSON_AND_YAML = ['application/json', 'application/yaml'];
const patchTypes = (info: ResourceInfo) => [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  ...(info.strategicMerge ? ['application/strategic-merge-patch+json'] : []),
];

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (types: string[], name: string) => Object.fromEntries(types.map(type => [type, { schema: reference(name) }]));
const answer = (name: string) => ({ description: 'OK', content: content(JSON_AND_YAML, name) });

interface Operation {
  verb: string;
  action: string;
  /** Schema of the answer. */
  gives: string;
  /** Schema of the body, and its media types. */
  takes?: { schema: string; types: string[] };
  parameters: Parameter[];
  codes: number[];
}

function operation({ action, gives, takes, parameters, codes }: Operation, info: ResourceInfo, gvk: Gvk, path: string): object {
  const responses = Object.fromEntries([...codes.map(code => [code, answer(gives)]), [401, { description: 'Unauthorized' }]]);
  const id = `${action}${info.group ? info.group.split('.')[0].replace(/^./, c => c.toUpperCase()) : 'Core'}${info.version.replace(/^./, c => c.toUpperCase())}`;
  return {
    tags: [`${info.group.split('.')[0] || 'core'}_${info.version}`],
    description: `${action} ${info.kind}`,
    operationId: `${id}${path.includes('{namespace}') ? 'Namespaced' : ''}${info.kind}${suffix(path)}`,
    parameters,
    ...(takes ? { requestBody: { required: true, content: content(takes.types, takes.schema) } } : {}),
    responses,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

const suffix = (path: string) => {
  const subresource = /\{name\}\/(\w+)$/.exec(path)?.[1];
  if (subresource) return subresource.replace(/^./, c => c.toUpperCase());
  return path.endsWith('{name}') ? '' : 'Collection';
};

function collectionOperations(name: string): Operation[] {
  return [
    { verb: 'get', action: 'list', gives: `${name}List`, parameters: LIST, codes: [200] },
    { verb: 'post', action: 'post', gives: name, takes: { schema: name, types: JSON_AND_YAML }, parameters: WRITE, codes: [200, 201, 202] },
    { verb: 'delete', action: 'deletecollection', gives: `${META}.Status`, takes: { schema: `${META}.DeleteOptions`, types: JSON_AND_YAML }, parameters: [...LIST, ...DELETE], codes: [200] },
  ];
}

function objectOperations(info: ResourceInfo, name: string): Operation[] {
  return [
    { verb: 'get', action: 'get', gives: name, parameters: [], codes: [200] },
    { verb: 'put', action: 'put', gives: name, takes: { schema: name, types: JSON_AND_YAML }, parameters: WRITE, codes: [200, 201] },
    { verb: 'patch', action: 'patch', gives: name, takes: { schema: `${META}.Patch`, types: patchTypes(info) }, parameters: [...WRITE, FORCE], codes: [200, 201] },
    { verb: 'delete', action: 'delete', gives: `${META}.Status`, takes: { schema: `${META}.DeleteOptions`, types: JSON_AND_YAML }, parameters: DELETE, codes: [200, 202] },
  ];
}

const VERB_OF: Record<string, string> = { post: 'create', put: 'update' };

function pathItem(path: string, shared: Parameter[], operations: Operation[], info: ResourceInfo, gvk: Gvk): [string, object] {
  const offered = operations.filter(({ action }) => !info.verbs || info.verbs.includes(VERB_OF[action] ?? action));
  const entries = offered.map(each => [each.verb, operation(each, info, gvk, path)]);
  return [path, { parameters: [...shared, PRETTY], ...Object.fromEntries(entries) }];
}

const PROXY_PATH: Parameter = { name: 'path', in: 'path', required: true, description: 'path of the request that is passed on', schema: TEXT };

/** What takes any method and answers whatever is behind it. */
function proxyItem(path: string, parameters: Parameter[], info: ResourceInfo, gvk: Gvk): [string, object] {
  const connect = (verb: string) => ({
    description: `connect ${verb.toUpperCase()} requests to proxy of ${info.kind}`,
    operationId: `connect${verb.replace(/^./, c => c.toUpperCase())}${info.kind}Proxy${path.endsWith('{path}') ? 'WithPath' : ''}`,
    responses: { 200: { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } }, 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': gvk,
  });
  return [path, { parameters, ...Object.fromEntries(['delete', 'get', 'head', 'patch', 'post', 'put'].map(verb => [verb, connect(verb)])) }];
}

function pathsOf(info: ResourceInfo, name: string): [string, object][] {
  const root = info.group ? `/apis/${info.group}/${info.version}` : `/api/${info.version}`;
  const gvk = { group: info.group, version: info.version, kind: info.kind };
  const base = `${root}/${info.namespaced ? 'namespaces/{namespace}/' : ''}${info.resource}`;
  const shared = info.namespaced ? [NAMESPACE_PATH] : [];
  const named = [...shared, NAME_PATH];
  const paths = [
    pathItem(base, shared, collectionOperations(name), info, gvk),
    pathItem(`${base}/{name}`, named, objectOperations(info, name), info, gvk),
  ];
  const withoutDelete = (schema: string) => objectOperations(info, schema).filter(each => each.action !== 'delete');
  if (info.subresources.status) paths.push(pathItem(`${base}/{name}/status`, named, withoutDelete(name), info, gvk));
  if (info.subresources.scale) {
    paths.push(pathItem(`${base}/{name}/scale`, named, withoutDelete(SCALE), info, { group: 'autoscaling', version: 'v1', kind: 'Scale' }));
  }
  if (info.subresources.proxy) {
    paths.push(proxyItem(`${base}/{name}/proxy`, named, info, gvk), proxyItem(`${base}/{name}/proxy/{path}`, [...named, PROXY_PATH], info, gvk));
  }
  if (info.namespaced) {
    const [list] = collectionOperations(name);
    paths.push(pathItem(`${root}/${info.resource}`, [], [list], info, gvk));
  }
  return paths.filter(([, item]) => Object.keys(item).length > 1);
}

/** The schemas one group-version needs: its kinds, their lists, what those refer to, and what every request has. */
export function schemasFor(infos: readonly ResourceInfo[]): Map<string, Schema> {
  const found = new Map<string, Schema>();
  const definitions: Definitions = infos[0]?.definitions ?? {};
  for (const info of infos) {
    const name = schemaName(info);
    found.set(name, info.definition ? definitions[info.definition] : objectSchema(info));
    found.set(`${name}List`, listSchema(info, name));
  }
  for (const schema of [...found.values()]) collectReferences(schema, definitions, found);
  const always = ['Status', 'DeleteOptions', 'Patch', 'ObjectMeta', 'ListMeta'].map(kind => `${META}.${kind}`);
  const wanted = infos.some(info => info.subresources.scale) ? [...always, SCALE] : always;
  collectReferences(wanted.map(name => ({ $ref: name })), definitions, found);
  return found;
}

/** The OpenAPI 3.0 document of one group-version, as text. */
export function openapiV3(infos: readonly ResourceInfo[], gitVersion: string): string {
  const schemas = Object.fromEntries([...schemasFor(infos)].sort(([a], [b]) => (a < b ? -1 : 1)));
  const paths = Object.fromEntries(infos.flatMap(info => pathsOf(info, schemaName(info))));
  const document = { openapi: '3.0.0', info: { title: 'Kubernetes', version: gitVersion }, paths, components: { schemas } };
  return JSON.stringify(document).replaceAll('"#/definitions/', '"#/components/schemas/');
}

/** A Swagger 2.0 document of all kinds: schemas, without paths. Clients that still ask for it look schemas up by kind. */
export function openapiV2(infos: readonly ResourceInfo[], gitVersion: string) {
  return { swagger: '2.0', info: { title: 'Kubernetes', version: gitVersion }, paths: {}, definitions: Object.fromEntries(schemasFor(infos)) };
}
