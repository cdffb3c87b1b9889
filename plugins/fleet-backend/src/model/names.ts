/** Applications and components: their names go into label values and, with a suffix, into object names. */
export const MAX_NAME = 52;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What is wrong with a name that must be a DNS label; undefined when nothing is. */
export function nameProblem(name: unknown, max = MAX_NAME): string | undefined {
  if (typeof name !== 'string' || name === '') return 'must be a DNS label, such as "model-inference"';
  if (name.length > max) return `must have at most ${max} characters, has ${name.length}`;
  if (!DNS_LABEL.test(name)) return 'must be a DNS label: small letters, digits and "-", beginning and ending with a letter or digit';
  return undefined;
}
