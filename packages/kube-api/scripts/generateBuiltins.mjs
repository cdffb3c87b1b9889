#!/usr/bin/env node
/**
 * Writes src/builtins/*.json: the schemas and the discovery of Kubernetes' built-in kinds that this library serves.
 *
 *   node scripts/generateBuiltins.mjs <folder of the Go module k8s.io/kubernetes>
 *
 * Each definition stands once, in the file of its own group-version; `meta.json` holds what belongs to none
 * (ObjectMeta, Status, Quantity, …). Descriptions are cut to their first sentence: `kubectl explain` stays useful at a
 * sixth of the size. Everything a server needs to merge, apply and validate (x-kubernetes-*, defaults) is left alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SERVED = {
  v1: [
    'Namespace', 'Secret', 'ConfigMap', 'Event', 'Service', 'ServiceAccount', 'Pod', 'Node', 'ResourceQuota',
    'LimitRange', 'PersistentVolumeClaim', 'PersistentVolume', 'Endpoints',
  ],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
  'batch/v1': ['Job', 'CronJob'],
  'autoscaling/v1': [],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'policy/v1': ['PodDisruptionBudget'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy', 'IngressClass'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'coordination.k8s.io/v1': ['Lease'],
  'discovery.k8s.io/v1': ['EndpointSlice'],
  'events.k8s.io/v1': ['Event'],
  'storage.k8s.io/v1': ['StorageClass'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'admissionregistration.k8s.io/v1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'authentication.k8s.io/v1': ['SelfSubjectReview'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'],
};

/** Definitions no served kind refers to, yet every server answers or reads. */
const ALWAYS = [
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
  'io.k8s.api.autoscaling.v1.Scale',
];

const SUBRESOURCES = ['status', 'scale'];

const readJson = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
const fileName = groupVersion => `${groupVersion.replace('/', '_')}.json`;

function firstSentence(text) {
  const line = text.split('\n')[0].trim();
  const end = line.search(/(?<!\b(?:e\.g|i\.e|etc|vs))\.\s+(?=[^a-z])/);
  return end < 0 ? line : line.slice(0, end + 1);
}

/** Rewrites one schema: short descriptions, references into one flat set of definitions. */
function tidy(node, isMapOfSchemas = false) {
  if (Array.isArray(node)) return node.map(item => tidy(item));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (isMapOfSchemas) return [key, tidy(value)];
      if (key === 'description') return [key, firstSentence(value)];
      if (key === '$ref') return [key, value.replace('#/components/schemas/', '#/definitions/')];
      return [key, tidy(value, key === 'properties')];
    }),
  );
}

function referencesOf(node, found = new Set()) {
  if (node === null || typeof node !== 'object') return found;
  if (typeof node.$ref === 'string') found.add(node.$ref.replace('#/definitions/', ''));
  Object.values(node).forEach(value => referencesOf(value, found));
  return found;
}

function reachable(schemas, roots) {
  const seen = new Set();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (seen.has(name)) continue;
    if (!schemas[name]) throw new Error(`the specification has no definition ${name}`);
    seen.add(name);
    waiting.push(...referencesOf(schemas[name]));
  }
  return [...seen].sort();
}

function readSchemas(source) {
  const schemas = {};
  for (const groupVersion of Object.keys(SERVED)) {
    const api = groupVersion === 'v1' ? 'api__v1' : `apis__${groupVersion.replace('/', '__')}`;
    const document = readJson(source, 'api/openapi-spec/v3', `${api}_openapi.json`);
    // The core document comes first, so that what all share (meta/v1) is taken from there.
    for (const [name, schema] of Object.entries(document.components.schemas)) schemas[name] ??= tidy(schema);
  }
  return schemas;
}

const gvkOf = schema => schema['x-kubernetes-group-version-kind'] ?? [];

/** The definition of a kind: the one that names this group, version and kind and no other. */
function definitionOf(schemas, groupVersion, kind) {
  const [version, group = ''] = groupVersion.split('/').reverse();
  const name = Object.keys(schemas).find(candidate => {
    const gvks = gvkOf(schemas[candidate]);
    return gvks.length === 1 && gvks[0].group === group && gvks[0].version === version && gvks[0].kind === kind;
  });
  if (!name) throw new Error(`no definition of ${groupVersion} ${kind}`);
  return name;
}

/** Discovery of one group-version, cut to what is served, from Kubernetes' own aggregated discovery documents. */
function resourcesOf(discovery, schemas, groupVersion) {
  const [version, group = ''] = groupVersion.split('/').reverse();
  const found = discovery.items
    .find(item => (item.metadata?.name ?? '') === group)
    ?.versions.find(candidate => candidate.version === version);
  return SERVED[groupVersion].map(kind => {
    const resource = found?.resources.find(candidate => candidate.responseKind.kind === kind);
    if (!resource) throw new Error(`discovery has no ${groupVersion} ${kind}`);
    return {
      name: resource.resource,
      singularName: resource.singularResource,
      kind,
      namespaced: resource.scope === 'Namespaced',
      ...(resource.shortNames && { shortNames: resource.shortNames }),
      ...(resource.categories && { categories: resource.categories }),
      verbs: resource.verbs,
      subresources: (resource.subresources ?? []).map(s => s.subresource).filter(s => SUBRESOURCES.includes(s)),
      definition: definitionOf(schemas, groupVersion, kind),
    };
  });
}

function readDiscovery(source) {
  const grouped = readJson(source, 'api/discovery/aggregated_v2.json');
  const core = readJson(source, 'api/discovery/api__v1.json');
  return { items: [...grouped.items, { metadata: { name: '' }, versions: [asAggregated(core)] }] };
}

/** The core group exists only in the older form, a flat list with "pods/status" beside "pods". */
function asAggregated(list) {
  const subresourcesOf = name =>
    list.resources.filter(r => r.name.startsWith(`${name}/`)).map(r => ({ subresource: r.name.split('/')[1] }));
  const resources = list.resources
    .filter(r => !r.name.includes('/'))
    .map(r => ({
      resource: r.name,
      singularResource: r.singularName,
      responseKind: { kind: r.kind },
      scope: r.namespaced ? 'Namespaced' : 'Cluster',
      shortNames: r.shortNames,
      categories: r.categories,
      verbs: r.verbs,
      subresources: subresourcesOf(r.name),
    }));
  return { version: list.groupVersion, resources };
}

/** Which file a definition belongs to, by its Go package. */
function homeOf(name) {
  const api = /^io\.k8s\.api\.([^.]+)\.([^.]+)\./.exec(name);
  if (name.startsWith('io.k8s.apiextensions-apiserver.')) return 'apiextensions.k8s.io/v1';
  if (!api) return undefined;
  const [, group, version] = api;
  if (group === 'core') return version;
  return Object.keys(SERVED).find(gv => gv.split('/')[0].split('.')[0] === group && gv.split('/')[1] === version);
}

/** JSON with one definition or resource a line: small, and a new Kubernetes version can be read as a diff. */
function write(target, { groupVersion, resources, definitions }) {
  const lines = Object.entries(definitions).map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
  const parts = [];
  if (groupVersion) parts.push(`  "groupVersion": ${JSON.stringify(groupVersion)}`);
  if (resources) parts.push(`  "resources": [${resources.map(r => `\n    ${JSON.stringify(r)}`).join(',')}\n  ]`);
  parts.push(`  "definitions": {\n${lines.join(',\n')}\n  }`);
  writeFileSync(target, `{\n${parts.join(',\n')}\n}\n`);
}

function generate(source, target) {
  const schemas = readSchemas(source);
  const discovery = readDiscovery(source);
  const resources = Object.fromEntries(Object.keys(SERVED).map(gv => [gv, resourcesOf(discovery, schemas, gv)]));
  const kinds = Object.values(resources).flat().map(r => r.definition);
  const lists = kinds.map(name => `${name}List`).filter(name => schemas[name]);
  const names = reachable(schemas, [...kinds, ...lists, ...ALWAYS]);
  const definitionsIn = home => Object.fromEntries(names.filter(n => homeOf(n) === home).map(n => [n, schemas[n]]));
  for (const groupVersion of Object.keys(SERVED)) {
    write(join(target, fileName(groupVersion)), {
      groupVersion,
      resources: resources[groupVersion],
      definitions: definitionsIn(groupVersion),
    });
  }
  write(join(target, 'meta.json'), { definitions: definitionsIn(undefined) });
  return names.length;
}

const source = process.argv[2];
if (!source) {
  process.stderr.write('usage: generateBuiltins.mjs <folder of the Go module k8s.io/kubernetes>\n');
  process.exit(2);
}
const count = generate(source, join(import.meta.dirname, '../src/builtins'));
process.stdout.write(`${count} definitions written\n`);
