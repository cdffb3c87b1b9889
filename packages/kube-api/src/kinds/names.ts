import { causes } from '../schema/causes';
import type { StatusCause } from '../types';

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035_RULE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const noMoreThan = (max: number) => `must be no more than ${max} characters`;

const isSubdomain = (name: string) => name.split('.').every(part => LABEL.test(part));

/** What is wrong with a DNS label of at most 63 characters; empty when nothing. */
export function labelProblems(name: string): string[] {
  return [...(name.length > 63 ? [noMoreThan(63)] : []), ...(LABEL.test(name) ? [] : [LABEL_RULE])];
}

/** What is wrong with a DNS label that starts with a letter (Services). */
export function serviceNameProblems(name: string): string[] {
  return [...(name.length > 63 ? [noMoreThan(63)] : []), ...(LABEL_1035.test(name) ? [] : [LABEL_1035_RULE])];
}

/** What is wrong with a DNS subdomain of at most 253 characters. */
export function subdomainProblems(name: string): string[] {
  return [...(name.length > 253 ? [noMoreThan(253)] : []), ...(isSubdomain(name) ? [] : [SUBDOMAIN_RULE])];
}

/** Names that are one path segment (RBAC). */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter(character => name.includes(character)).map(character => `may not contain '${character}'`);
}

/** What is wrong with `prefix/name` or `name`: label keys, annotation keys, finalizers, resource names. */
export function qualifiedNameProblems(key: string, what = 'qualified name'): string[] {
  const [name, prefix, ...rest] = key.split('/').reverse();
  if (rest.length > 0) return [`a ${what} ${QUALIFIED_RULE.replace('name part ', '')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const found: string[] = [];
  if (prefix !== undefined) {
    if (prefix === '') found.push('prefix part must be non-empty');
    else found.push(...subdomainProblems(prefix).map(problem => `prefix part ${problem}`));
  }
  if (name === '') found.push('name part must be non-empty');
  else if (name.length > 63) found.push('name part must be no more than 63 bytes');
  if (!QUALIFIED.test(name)) found.push(QUALIFIED_RULE);
  return found;
}

export function labelValueProblems(value: string): string[] {
  return [...(value.length > 63 ? [noMoreThan(63)] : []), ...(LABEL_VALUE.test(value) ? [] : [LABEL_VALUE_RULE])];
}

/** Causes for a map of labels. */
export function validateLabels(labels: unknown, path: string): StatusCause[] {
  return Object.entries((labels as Record<string, string>) ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key, 'valid label key').map(why => causes.invalid(path, key, why)),
    ...labelValueProblems(value).map(why => causes.invalid(path, value, why)),
  ]);
}

/** Names of environment variables are looser, keys of ConfigMaps and Secrets stricter than one thinks. */
export function configKeyProblems(key: string): string[] {
  if (key.length > 253) return [noMoreThan(253)];
  if (key === '.' || key === '..') return [`must not be '${key}'`];
  if (key.startsWith('..')) return ["must not start with '..'"];
  if (/^[-._a-zA-Z0-9]+$/.test(key)) return [];
  return ["a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"];
}
