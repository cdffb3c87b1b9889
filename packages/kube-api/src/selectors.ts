import { badRequest } from './errors';
import type { FieldRequirement, LabelRequirement } from './storage';
import type { KubeObject, ResourceInfo } from './types';

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const TOKEN = /\s*(?:(!=|==|=|!|,|\(|\)|[<>])|([^\s!=,()<>]+))/y;
/** Longer selectors are refused: a URL has no room for more, and every object is held against each requirement. */
const MAX_LENGTH = 16_384;

/** The fields that can be selected beside `metadata.name` and `metadata.namespace`, by `<resource>` or `<resource>.<group>`. */
const SELECTABLE: Record<string, string[]> = {
  pods: [
    'spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork',
    'status.phase', 'status.podIP', 'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  events: [
    'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid',
    'involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath',
    'reason', 'reportingComponent', 'source', 'type',
  ],
  'events.events.k8s.io': [
    'regarding.kind', 'regarding.namespace', 'regarding.name', 'regarding.uid', 'regarding.apiVersion',
    'reason', 'reportingController', 'type',
  ],
  'replicasets.apps': ['status.replicas'],
  'jobs.batch': ['status.successful'],
};

/** Fields whose absence reads as something else than ''. */
const ABSENT: Record<string, string> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
};

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      if (text.slice(at).trim() === '') break;
      throw unparsable(`found '${text.slice(at).trim()}'`);
    }
    found.push(match[1] ?? match[2]);
  }
  return found;
}

const unparsable = (why: string) => badRequest(`unable to parse requirement: ${why}`);

function checkKey(key: string | undefined): string {
  if (key === undefined || /^[!=,()<>]/.test(key)) {
    throw badRequest(`found '${key ?? ''}', expected: !, identifier, or 'end of string'`);
  }
  const [name, prefix, ...rest] = key.split('/').reverse();
  const prefixOk = prefix === undefined || (prefix.length <= 253 && LABEL_PREFIX.test(prefix));
  if (rest.length > 0 || !prefixOk || !LABEL_NAME.test(name)) {
    throw badRequest(`unable to parse requirement: key: Invalid value: "${key}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`);
  }
  return key;
}

function checkValue(value: string, key: string): string {
  if (!LABEL_VALUE.test(value)) {
    throw badRequest(`unable to parse requirement: values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`);
  }
  return value;
}

/** Reads the requirements of one label selector, token by token. */
class LabelSelectorParser {
  private readonly words: string[];
  private at = 0;

  constructor(text: string) {
    this.words = tokens(text);
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    while (this.at < this.words.length) {
      requirements.push(this.requirement());
      const separator = this.words[this.at++];
      if (separator === undefined) break;
      if (separator !== ',' || this.at === this.words.length) {
        throw unparsable(`found '${separator === ',' ? '' : separator}', expected: ',' or 'end of string'`);
      }
    }
    return requirements;
  }

  private requirement(): LabelRequirement {
    if (this.words[this.at] === '!') {
      this.at++;
      return { key: checkKey(this.words[this.at++]), operator: 'DoesNotExist', values: [] };
    }
    const key = checkKey(this.words[this.at++]);
    const operator = this.words[this.at];
    if (operator === undefined || operator === ',') return { key, operator: 'Exists', values: [] };
    this.at++;
    if (operator === '=' || operator === '==') return { key, operator: 'In', values: [this.value(key)] };
    if (operator === '!=') return { key, operator: 'NotIn', values: [this.value(key)] };
    if (operator === 'in') return { key, operator: 'In', values: this.set(key) };
    if (operator === 'notin') return { key, operator: 'NotIn', values: this.set(key) };
    throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=`);
  }

  /** A value may be empty: `a=` and `a=,b` select the empty string. */
  private value(key: string): string {
    const word = this.words[this.at];
    if (word === undefined || word === ',') return '';
    this.at++;
    return checkValue(word, key);
  }

  private set(key: string): string[] {
    if (this.words[this.at++] !== '(') throw unparsable(`found '${this.words[this.at - 1] ?? ''}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      values.push(this.words[this.at] === ')' ? '' : this.value(key));
      const next = this.words[this.at++];
      if (next === ')') return [...new Set(values)];
      if (next !== ',') throw unparsable(`found '${next ?? ''}', expected: ',' or ')'`);
    }
  }
}

function checkLength(text: string): void {
  if (text.length > MAX_LENGTH) throw badRequest(`the selector is longer than ${MAX_LENGTH} characters`);
}

/**
 * Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 *
 * @throws KubeError 400 when the text is no selector
 */
export function parseLabelSelector(text: string): LabelRequirement[] {
  checkLength(text);
  return text.trim() === '' ? [] : new LabelSelectorParser(text).parse();
}

/**
 * Parses `metadata.name=a,status.phase!=Running`. A backslash escapes `,`, `=` and itself in a value.
 *
 * @param of - the resource asked, which decides what fields there are
 * @throws KubeError 400 when the text is no selector, or the field cannot be selected
 */
export function parseFieldSelector(text: string, of: Pick<ResourceInfo, 'group' | 'resource'> & Partial<Pick<ResourceInfo, 'selectable' | 'custom'>>): FieldRequirement[] {
  checkLength(text);
  const terms = text.match(/(?:\\.|[^,\\])+/gs) ?? [];
  return terms.filter(term => term.trim() !== '').map(term => fieldRequirement(term, text, of));
}

function fieldRequirement(term: string, text: string, of: Parameters<typeof parseFieldSelector>[1]): FieldRequirement {
  const match = /^\s*([^=!\\\s]+)\s*(!=|==|=)((?:\\[\\,=]|[^\\,=])*)$/s.exec(term);
  if (!match) throw badRequest(`invalid selector: '${text.slice(0, 200)}'; can't understand '${term.slice(0, 200)}'`);
  const [, path, operator, value] = match;
  const resource = of.group ? `${of.resource}.${of.group}` : of.resource;
  const extra = of.selectable ?? (Object.hasOwn(SELECTABLE, resource) ? SELECTABLE[resource] : []);
  if (path !== 'metadata.name' && path !== 'metadata.namespace' && !extra.includes(path)) {
    if (of.custom) throw badRequest(`field label not supported: ${path}`);
    const known = ['metadata.name', 'metadata.namespace', ...extra].map(each => `"${each}"`);
    throw badRequest(`"${path}" is not a known field selector: only ${known.join(', ')}`);
  }
  return { path, operator: operator === '!=' ? '!=' : '=', value: value.replace(/\\(.)/gs, '$1') };
}

function meets(labels: Record<string, string>, { key, operator, values }: LabelRequirement): boolean {
  const has = Object.hasOwn(labels, key);
  if (operator === 'Exists') return has;
  if (operator === 'DoesNotExist') return !has;
  if (operator === 'In') return has && values.includes(labels[key]);
  return !has || !values.includes(labels[key]);
}

/** Whether the object's labels meet every requirement. As in Kubernetes, `!=` and `notin` also select objects without the label. */
export function matchesLabels(object: KubeObject, requirements: LabelRequirement[] = []): boolean {
  const labels = object.metadata.labels ?? {};
  return requirements.every(requirement => meets(labels, requirement));
}

/** The value at a dotted path as the text a field selector is compared with; '' when there is none. */
export function fieldValue(object: KubeObject, path: string): string {
  if (path === 'source') return object.source?.component ?? object.reportingComponent ?? '';
  if (path === 'status.successful') return String(object.status?.succeeded ?? 0);
  let value: unknown = object;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return ABSENT[path] ?? '';
    value = (value as Record<string, unknown>)[key];
  }
  return value === null || value === undefined ? ABSENT[path] ?? '' : String(value);
}

/** Whether the object meets every field requirement. */
export function matchesFields(object: KubeObject, requirements: FieldRequirement[] = []): boolean {
  return requirements.every(({ path, operator, value }) => (fieldValue(object, path) === value) === (operator === '='));
}
