import { causes } from '../schema/causes';
import { equal } from '../schema/equal';
import type { StatusCause } from '../types';
import { fillBuiltin, fillQuantities } from './fill';
import type { KindRules } from './rules';
import { configKeyProblems } from './names';

/** All values of a ConfigMap or Secret together. */
const MAX_DATA = 1024 * 1024;

const immutable = (path: string, value: unknown) => causes.invalid(path, value, 'field is immutable');

export const namespace: KindRules = {
  fill({ metadata }) {
    if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  },
  generate(object) {
    object.spec = { ...object.spec, finalizers: object.spec?.finalizers ?? ['kubernetes'] };
  },
  firstStatus: () => ({ phase: 'Active' }),
  validateStatus({ metadata, status }) {
    const ending = metadata.deletionTimestamp !== undefined;
    const wanted = ending ? 'Terminating' : 'Active';
    if (!status?.phase || status.phase === wanted) return [];
    return [causes.invalid('status.Phase', status.phase, `may only be '${wanted}' if \`deletionTimestamp\` is ${ending ? 'not ' : ''}empty`)];
  },
};

/** Text as base64, in every JavaScript there is. */
function toBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function validateKeys(data: unknown, path: string): StatusCause[] {
  return Object.keys((data as object) ?? {}).flatMap(key => configKeyProblems(key).map(why => causes.invalid(`${path}[${key}]`, key, why)));
}

function validateSize(parts: unknown[]): StatusCause[] {
  let size = 0;
  for (const part of parts) for (const value of Object.values((part as Record<string, string>) ?? {})) size += value.length;
  return size > MAX_DATA ? [causes.tooLong('[]', MAX_DATA)] : [];
}

/** Keys that secrets of a type must have. */
const SECRET_KEYS: Record<string, string[]> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** Secrets that hold one file of JSON. */
const DOCKER_CONFIGS: Record<string, string> = { 'kubernetes.io/dockerconfigjson': '.dockerconfigjson', 'kubernetes.io/dockercfg': '.dockercfg' };

function isJson(base64: string): boolean {
  try {
    JSON.parse(atob(base64));
    return true;
  } catch {
    return false;
  }
}

export const secret: KindRules = {
  fill(object) {
    fillBuiltin('Secret', object);
    if (!object.stringData) return;
    object.data = { ...object.data };
    for (const [key, value] of Object.entries(object.stringData as Record<string, string>)) object.data[key] = toBase64(value);
    delete object.stringData;
  },
  validate({ type, data }) {
    const found = [...validateKeys(data, 'data'), ...validateSize([data])];
    for (const key of SECRET_KEYS[type] ?? []) if (data?.[key] === undefined) found.push(causes.required(`data[${key}]`));
    if (type === 'kubernetes.io/basic-auth' && data?.username === undefined && data?.password === undefined) found.push(causes.required('data[username]'), causes.required('data[password]'));
    const config = DOCKER_CONFIGS[type];
    if (config && data?.[config] !== undefined && !isJson(data[config])) found.push(causes.invalid(`data[${config}]`, '<secret contents redacted>', 'is not valid JSON'));
    return found;
  },
  validateUpdate(object, old) {
    const found = equal(object.type, old.type) ? [] : [immutable('type', object.type)];
    if (!old.immutable) return found;
    if (!object.immutable) found.push(causes.forbidden('immutable', 'field is immutable when `immutable` is set'));
    // The values of a Secret are in no message.
    if (!equal(object.data, old.data)) found.push(causes.forbidden('data', 'field is immutable when `immutable` is set'));
    return found;
  },
};

export const configMap: KindRules = {
  validate({ data, binaryData }) {
    const found = [...validateKeys(data, 'data'), ...validateKeys(binaryData, 'binaryData'), ...validateSize([data, binaryData])];
    const twice = Object.keys(data ?? {}).filter(key => Object.hasOwn(binaryData ?? {}, key));
    return [...found, ...twice.map(key => causes.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))];
  },
  validateUpdate(object, old) {
    if (!old.immutable) return [];
    return ['immutable', 'data', 'binaryData']
      .filter(field => !equal(object[field], old[field]))
      .map(field => causes.forbidden(field, 'field is immutable when `immutable` is set'));
  },
};

const SERVICE_TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];

export const service: KindRules = {
  fill: object => fillBuiltin('Service', object),
  generate({ spec }, { templates }) {
    if (templates || !spec || spec.type === 'ExternalName') return;
    if (spec.clusterIP) spec.clusterIPs ??= [spec.clusterIP];
    spec.ipFamilies ??= ['IPv4'];
    spec.ipFamilyPolicy ??= 'SingleStack';
  },
  firstStatus: () => ({ loadBalancer: {} }),
  validate({ spec = {} }) {
    const found: StatusCause[] = [];
    const ports: any[] = spec.ports ?? [];
    const headless = spec.clusterIP === 'None';
    if (ports.length === 0 && !headless && spec.type !== 'ExternalName') found.push(causes.required('spec.ports'));
    const seen = new Set<string>();
    ports.forEach(({ name, port, targetPort, protocol }, index) => {
      const at = `spec.ports[${index}]`;
      if (ports.length > 1 && !name) found.push(causes.required(`${at}.name`));
      else if (name && ports.findIndex(each => each.name === name) < index) found.push(causes.duplicate(`${at}.name`, name));
      if (!(port >= 1 && port <= 65_535)) found.push(causes.invalid(`${at}.port`, port ?? 0, 'must be between 1 and 65535, inclusive'));
      if (typeof targetPort === 'number' && !(targetPort >= 1 && targetPort <= 65_535)) found.push(causes.invalid(`${at}.targetPort`, targetPort, 'must be between 1 and 65535, inclusive'));
      const key = `${protocol}/${port}`;
      if (seen.has(key)) found.push(causes.duplicate(at, { port, protocol }));
      seen.add(key);
    });
    if (!SERVICE_TYPES.includes(spec.type)) found.push(causes.unsupported('spec.type', spec.type, SERVICE_TYPES));
    if (!AFFINITIES.includes(spec.sessionAffinity)) found.push(causes.unsupported('spec.sessionAffinity', spec.sessionAffinity, AFFINITIES));
    if (spec.type === 'ExternalName' && !spec.externalName) found.push(causes.required('spec.externalName'));
    return found;
  },
};

export const node: KindRules = {
  /** A node says itself what it has. */
  firstStatus: object => object.status ?? {},
  fill({ status }) {
    fillQuantities(status?.capacity);
    if (status?.capacity) status.allocatable ??= { ...status.capacity };
    fillQuantities(status?.allocatable);
  },
};

export const persistentVolumeClaim: KindRules = {
  fill: object => fillBuiltin('PersistentVolumeClaim', object),
  firstStatus: () => ({ phase: 'Pending' }),
  validate({ spec = {} }) {
    const found: StatusCause[] = [];
    if (!spec.accessModes?.length) found.push(causes.required('spec.accessModes', 'at least 1 access mode is required'));
    if (spec.resources?.requests?.storage === undefined) found.push(causes.required('spec.resources[storage]'));
    return found;
  },
  validateUpdate({ spec }, old) {
    const fixed = ({ resources: _resources, volumeAttributesClassName: _class, volumeName: _name, ...rest }: any = {}) => rest;
    if (equal(fixed(spec), fixed(old.spec))) return [];
    return [causes.forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')];
  },
};

const CPU_AT_80 = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } };

export const horizontalPodAutoscaler: KindRules = {
  fill(object) {
    fillBuiltin('autoscaling/HorizontalPodAutoscaler', object);
    if (object.spec && !object.spec.metrics?.length) object.spec.metrics = [structuredClone(CPU_AT_80)];
  },
  firstStatus: () => ({ desiredReplicas: 0, currentMetrics: null }),
  validate({ spec = {} }) {
    const found: StatusCause[] = [];
    if (spec.minReplicas < 1) found.push(causes.invalid('spec.minReplicas', spec.minReplicas, 'must be greater than or equal to 1'));
    const { maxReplicas = 0, scaleTargetRef: target = {} } = spec;
    if (maxReplicas < 1) found.push(causes.required('spec.maxReplicas', 'must be set and greater than 0'));
    if (maxReplicas < spec.minReplicas) found.push(causes.invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
    for (const field of ['kind', 'name']) if (!target[field]) found.push(causes.required(`spec.scaleTargetRef.${field}`));
    if (!target.apiVersion) found.push(causes.invalid('spec.scaleTargetRef.apiVersion', '', 'apiVersion must specify API group'));
    return found;
  },
};

export const resourceQuota: KindRules = { fill: ({ spec }) => fillQuantities(spec?.hard) };

export const limitRange: KindRules = {
  fill({ spec }) {
    for (const limit of spec?.limits ?? []) {
      for (const list of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) fillQuantities(limit[list]);
      if (limit.type === 'Container' && (limit.default || limit.min)) limit.defaultRequest = { ...limit.min, ...limit.default, ...limit.defaultRequest };
    }
  },
};

/** Kinds for which the tables of what is filled in say it all. */
export const filledOnly = (kind: string): KindRules => ({ fill: object => fillBuiltin(kind, object) });

