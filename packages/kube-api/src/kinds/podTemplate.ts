import { causes } from '../schema/causes';
import { isObject } from '../schema/decode';
import type { StatusCause } from '../types';
import { validateAnnotations } from './metadata';
import { labelProblems, subdomainProblems, validateLabels } from './names';
import { validateResources } from './resources';
import { validatePlacement } from './scheduling';

type Tree = Record<string, any>;

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

export interface PodTemplateRules {
  /** The restart policies the workload allows; an absent one is `Always`, as the server would fill in. Default: all three. */
  restartPolicies?: readonly string[];
}

/**
 * Causes in a pod template, by Kubernetes' own rules: metadata, containers, resources, probes, volumes, placement.
 * Types and unknown fields are the schema's part and not looked at here; a value of the wrong type is reported where met.
 *
 * @param path - of the template, for the causes (`spec.template`)
 */
export function validatePodTemplate(template: unknown, path: string, rules: PodTemplateRules = {}): StatusCause[] {
  if (!isObject(template)) return [causes.required(path)];
  const metadata = (isObject(template.metadata) ? template.metadata : {}) as Tree;
  return [
    ...validateLabels(metadata.labels, `${path}.metadata.labels`),
    ...validateAnnotations(metadata.annotations, `${path}.metadata.annotations`),
    ...validatePodSpec(template.spec, `${path}.spec`, rules),
  ];
}

/** Causes in a pod spec. */
export function validatePodSpec(raw: unknown, path: string, rules: PodTemplateRules = {}): StatusCause[] {
  const spec = (isObject(raw) ? raw : {}) as Tree;
  const volumes = listOf(spec.volumes);
  const names = new Set(volumes.map(volume => volume.name));
  const containers = listOf(spec.containers);
  const found = validateVolumes(volumes, `${path}.volumes`);
  if (containers.length === 0) found.push(causes.required(`${path}.containers`));
  const seen = new Set<string>();
  containers.forEach((container, index) => found.push(...validateContainer(container, `${path}.containers[${index}]`, names, seen)));
  listOf(spec.initContainers).forEach((container, index) => found.push(...validateContainer(container, `${path}.initContainers[${index}]`, names, seen)));
  const allowed = rules.restartPolicies ?? RESTART_POLICIES;
  const policy = spec.restartPolicy ?? 'Always';
  if (!allowed.includes(policy)) found.push(refusePolicy(`${path}.restartPolicy`, policy, allowed));
  if (spec.dnsPolicy && !DNS_POLICIES.includes(spec.dnsPolicy)) found.push(causes.unsupported(`${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES));
  if (spec.dnsPolicy === 'None' && !spec.dnsConfig) found.push(causes.required(`${path}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  if (spec.activeDeadlineSeconds !== undefined && !(spec.activeDeadlineSeconds >= 1)) {
    found.push(causes.invalid(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive'));
  }
  for (const field of ['serviceAccountName', 'priorityClassName', 'nodeName']) {
    if (spec[field]) found.push(...subdomainProblems(String(spec[field])).map(why => causes.invalid(`${path}.${field}`, spec[field], why)));
  }
  return [...found, ...validatePlacement(spec, path)];
}

/** `Always` is what nobody chose: where it cannot be, one of the others has to be said. */
const refusePolicy = (path: string, policy: unknown, allowed: readonly string[]) =>
  policy === 'Always'
    ? causes.required(path, `valid values: ${allowed.map(each => JSON.stringify(each)).join(', ')}`)
    : causes.unsupported(path, policy, allowed);

const listOf = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const notNegative = (path: string, value: unknown) => causes.invalid(path, value, 'must be greater than or equal to 0');

function validateVolumes(volumes: Tree[], path: string): StatusCause[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    if (!volume.name) return [causes.required(`${at}.name`)];
    const found = labelProblems(String(volume.name)).map(why => causes.invalid(`${at}.name`, volume.name, why));
    if (seen.has(volume.name)) found.push(causes.duplicate(`${at}.name`, volume.name));
    seen.add(volume.name);
    const sources = Object.keys(volume).filter(key => key !== 'name' && volume[key] !== null);
    if (sources.length > 1) found.push(causes.forbidden(`${at}.${sources[1]}`, 'may not specify more than 1 volume type'));
    if (volume.persistentVolumeClaim && !volume.persistentVolumeClaim.claimName) found.push(causes.required(`${at}.persistentVolumeClaim.claimName`));
    if (volume.hostPath && !volume.hostPath.path) found.push(causes.required(`${at}.hostPath.path`));
    return found;
  });
}

function validateContainer(container: Tree, path: string, volumes: Set<string>, seen: Set<string>): StatusCause[] {
  const found: StatusCause[] = [];
  const { name, image, imagePullPolicy } = container;
  if (!name) found.push(causes.required(`${path}.name`));
  else {
    found.push(...labelProblems(String(name)).map(why => causes.invalid(`${path}.name`, name, why)));
    if (seen.has(name)) found.push(causes.duplicate(`${path}.name`, name));
    seen.add(name);
  }
  if (!image) found.push(causes.required(`${path}.image`));
  if (imagePullPolicy && !PULL_POLICIES.includes(imagePullPolicy)) found.push(causes.unsupported(`${path}.imagePullPolicy`, imagePullPolicy, PULL_POLICIES));
  found.push(
    ...validatePorts(listOf(container.ports), `${path}.ports`),
    ...validateEnv(listOf(container.env), `${path}.env`),
    ...validateMounts(listOf(container.volumeMounts), `${path}.volumeMounts`, volumes),
    ...validateResources(isObject(container.resources) ? container.resources : undefined, `${path}.resources`),
  );
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (isObject(container[probe])) found.push(...validateProbe(container[probe] as Tree, `${path}.${probe}`, probe !== 'readinessProbe'));
  }
  return found;
}

const isPort = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
const portProblem = (path: string, value: unknown) => causes.invalid(path, value, 'must be between 1 and 65535, inclusive');

function validatePorts(ports: Tree[], path: string): StatusCause[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const at = `${path}[${index}]`;
    const found: StatusCause[] = [];
    if (name) {
      if (!/^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?$/.test(name)) {
        found.push(causes.invalid(`${at}.name`, name, "must contain at least one letter (a-z), only lower case letters, digits and single hyphens inside, at most 15 characters"));
      } else if (names.has(name)) found.push(causes.duplicate(`${at}.name`, name));
      names.add(name);
    }
    if (containerPort === undefined || containerPort === 0) found.push(causes.required(`${at}.containerPort`));
    else if (!isPort(containerPort)) found.push(portProblem(`${at}.containerPort`, containerPort));
    if (hostPort && !isPort(hostPort)) found.push(portProblem(`${at}.hostPort`, hostPort));
    if (protocol && !PROTOCOLS.includes(protocol)) found.push(causes.unsupported(`${at}.protocol`, protocol, PROTOCOLS));
    return found;
  });
}

function validateEnv(env: Tree[], path: string): StatusCause[] {
  return env.flatMap(({ name, value, valueFrom }, index) => {
    const at = `${path}[${index}]`;
    const found: StatusCause[] = [];
    if (!name) found.push(causes.required(`${at}.name`));
    else if (String(name).includes('=')) found.push(causes.invalid(`${at}.name`, name, 'a valid environment variable name must consist only of printable ASCII characters other than \'=\''));
    if (valueFrom && value) found.push(causes.invalid(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    if (isObject(valueFrom) && Object.keys(valueFrom).length !== 1) found.push(causes.invalid(`${at}.valueFrom`, '', 'must specify exactly one source'));
    return found;
  });
}

function validateMounts(mounts: Tree[], path: string, volumes: Set<string>): StatusCause[] {
  const paths = new Set<string>();
  return mounts.flatMap(({ name, mountPath }, index) => {
    const at = `${path}[${index}]`;
    const found: StatusCause[] = [];
    if (!name) found.push(causes.required(`${at}.name`));
    else if (!volumes.has(name)) found.push({ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(name)}`, field: `${at}.name` });
    if (!mountPath) found.push(causes.required(`${at}.mountPath`));
    else if (paths.has(mountPath)) found.push(causes.invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    return found;
  });
}

function validateProbe(probe: Tree, path: string, onceIsEnough: boolean): StatusCause[] {
  const found: StatusCause[] = [];
  const handlers = HANDLERS.filter(handler => probe[handler]);
  if (handlers.length === 0) found.push(causes.required(path, 'must specify a handler type'));
  if (handlers.length > 1) found.push(causes.forbidden(`${path}.${handlers[1]}`, 'may not specify more than 1 handler type'));
  for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold']) {
    if (probe[field] < 0) found.push(notNegative(`${path}.${field}`, probe[field]));
  }
  if (onceIsEnough && probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    found.push(causes.invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
  }
  for (const handler of ['httpGet', 'tcpSocket']) {
    const port = probe[handler]?.port;
    if (probe[handler] && typeof port !== 'string' && !isPort(port)) found.push(portProblem(`${path}.${handler}.port`, port ?? 0));
  }
  return found;
}
