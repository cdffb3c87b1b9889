#!/usr/bin/env node
/**
 * Writes src/protobuf/messages.json: how kubectl's typed commands (`create namespace`, `auth can-i`) spell built-in kinds
 * in protobuf, read from the field tags of Kubernetes' own Go types.
 *
 *   node scripts/generateProtobuf.mjs <folder of k8s.io/api> <folder of k8s.io/apimachinery>
 *
 * A message is a map of field number to `name|type|flags`. Types: s text, i integer, z boolean, b bytes, t Time,
 * u MicroTime, q Quantity, o IntOrString, j raw JSON, else another message; `[` before it is a list, `{` a map from text.
 * Flags: p pointer (an explicit zero counts), r required (kept when empty). An empty name is an inlined struct.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = [
  'core/v1', 'apps/v1', 'batch/v1', 'autoscaling/v1', 'autoscaling/v2', 'policy/v1', 'networking/v1', 'rbac/v1',
  'coordination/v1', 'discovery/v1', 'events/v1', 'storage/v1', 'scheduling/v1', 'authentication/v1', 'authorization/v1', 'admissionregistration/v1',
];
const KINDS = {
  'core/v1': ['Namespace', 'Secret', 'ConfigMap', 'Event', 'Service', 'ServiceAccount', 'Pod', 'Node', 'ResourceQuota', 'LimitRange', 'PersistentVolumeClaim', 'PersistentVolume', 'Endpoints'],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
  'batch/v1': ['Job', 'CronJob'],
  'autoscaling/v1': ['Scale'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'policy/v1': ['PodDisruptionBudget'],
  'networking/v1': ['Ingress', 'NetworkPolicy', 'IngressClass'],
  'rbac/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'coordination/v1': ['Lease'],
  'discovery/v1': ['EndpointSlice'],
  'events/v1': ['Event'],
  'storage/v1': ['StorageClass'],
  'scheduling/v1': ['PriorityClass'],
  'authentication/v1': ['SelfSubjectReview'],
  'authorization/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'],
  'admissionregistration/v1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'meta/v1': ['DeleteOptions'],
};
const WELL_KNOWN = {
  'metav1.Time': 't', 'metav1.MicroTime': 'u', 'meta/v1.Time': 't', 'meta/v1.MicroTime': 'u', 'meta/v1.FieldsV1': 'j',
  'resource.Quantity': 'q', 'intstr.IntOrString': 'o', 'runtime.RawExtension': 'j', 'types.UID': 's', 'types.NodeName': 's',
  string: 's', bool: 'z', int32: 'i', int64: 'i', int: 'i', '[]byte': 'b',
};
const IMPORTS = { v1: 'core/v1', apiv1: 'core/v1', corev1: 'core/v1', metav1: 'meta/v1', rbac: 'rbac/v1' };

const structs = new Map();
const aliases = new Map();

function readPackage(name, file) {
  const source = readFileSync(file, 'utf8');
  for (const [, type, body] of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) structs.set(`${name}.${type}`, fieldsOf(body));
  for (const [, type, target] of source.matchAll(/^type (\w+) (?!struct|interface)([\w.[\]*]+)/gm)) aliases.set(`${name}.${type}`, target);
}

function fieldsOf(body) {
  const fields = [];
  for (const line of body.split('\n')) {
    const match = /^\s+(?:(\w+)\s+)?([\w.[\]*]+)\s+`(.*)`/.exec(line);
    const number = match && /protobuf:"\w+,(\d+),/.exec(match[3])?.[1];
    if (!number) continue;
    const [json, ...options] = /json:"([^"]*)"/.exec(match[3])[1].split(',');
    fields.push({ number, json, type: match[2], omitEmpty: options.includes('omitempty') });
  }
  return fields;
}

/** The code of a Go type seen in a package; messages it leads to are added to `wanted`. */
function codeOf(goType, home, wanted) {
  const type = goType.replace(/^\*/, '');
  if (WELL_KNOWN[type]) return WELL_KNOWN[type];
  if (type.startsWith('[]')) return `[${codeOf(type.slice(2), home, wanted)}`;
  const map = /^map\[[\w.]+\](.+)$/.exec(type);
  if (map) return `{${codeOf(map[1], home, wanted)}`;
  const [name, importName] = type.split('.').reverse();
  const qualified = `${importName ? IMPORTS[importName] ?? importName : home}.${name}`;
  if (WELL_KNOWN[qualified]) return WELL_KNOWN[qualified];
  if (aliases.has(qualified)) return codeOf(aliases.get(qualified), qualified.slice(0, qualified.lastIndexOf('.')), wanted);
  if (!structs.has(qualified)) throw new Error(`unknown Go type ${goType} in ${home}`);
  wanted.push(qualified);
  return qualified;
}

function generate(api, machinery, target) {
  PACKAGES.forEach(name => readPackage(name, join(api, name, 'types.go')));
  readPackage('meta/v1', join(machinery, 'pkg/apis/meta/v1/types.go'));
  const wanted = Object.entries(KINDS).flatMap(([home, kinds]) => kinds.map(kind => `${home}.${kind}`));
  const messages = {};
  while (wanted.length > 0) {
    const name = wanted.pop();
    if (messages[name]) continue;
    const home = name.slice(0, name.lastIndexOf('.'));
    if (!structs.has(name)) throw new Error(`no struct ${name}`);
    messages[name] = Object.fromEntries(
      structs.get(name).map(({ number, json, type, omitEmpty }) => {
        const flags = `${type.startsWith('*') ? 'p' : ''}${omitEmpty ? '' : 'r'}`;
        return [number, [json, codeOf(type, home, wanted), flags].join('|')];
      }),
    );
  }
  const lines = Object.keys(messages).sort().map(name => `  ${JSON.stringify(name)}: ${JSON.stringify(messages[name])}`);
  writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);
  return lines.length;
}

const [api, machinery] = process.argv.slice(2);
if (!machinery) throw new Error('usage: generateProtobuf.mjs <folder of k8s.io/api> <folder of k8s.io/apimachinery>');
const target = new URL('../src/protobuf/messages.json', import.meta.url).pathname;
console.log(`${generate(api, machinery, target)} messages in ${target}`);
