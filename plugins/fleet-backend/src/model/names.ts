/** Applications and components: their names go into label values and, with a suffix, into object names. */
export const MAX_NAME = 52;
/** Clusters and namespaces: a DNS label, whole. */
const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What is wrong with a name that must be a DNS label; undefined when nothing is. */
export function nameProblem(name: unknown, max = MAX_NAME): string | undefined {
  if (typeof name !== 'string' || name === '') return 'must be a DNS label, such as "model-inference"';
  if (name.length > max) return `must have at most ${max} characters, has ${name.length}`;
  if (!DNS_LABEL.test(name)) return 'must be a DNS label: small letters, digits and "-", beginning and ending with a letter or digit';
  return undefined;
}

/** What is wrong with the name of a cluster or namespace; undefined when nothing is. */
export const labelNameProblem = (name: unknown): string | undefined => nameProblem(name, MAX_LABEL);

/** What is wrong with the name of most other objects: DNS labels joined by dots. Undefined when nothing is. */
export function subdomainProblem(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '') return 'must be the name of an object, such as "high-priority"';
  if (name.length > MAX_SUBDOMAIN) return `must have at most ${MAX_SUBDOMAIN} characters, has ${name.length}`;
  if (!name.split('.').every(part => DNS_LABEL.test(part))) return 'must be the name of an object: small letters, digits, "-" and ".", each part beginning and ending with a letter or digit';
  return undefined;
}
