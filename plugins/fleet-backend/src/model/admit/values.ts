import { invalid } from '../causes';
import type { StatusCause } from '../kinds';
import { labelNameProblem, subdomainProblem } from '../names';
import { parseQuantity } from '../quantities';
import { formatDuration, parseDuration } from '../time';
import { isLabelValue } from './selectors';

/** Longer than this nothing is waited for or asked about. */
const MAX_DURATION = 8760 * 3_600_000;

type Found = string | undefined;

const judged = (found: Found, path: string, problem: (found: string) => string | undefined): StatusCause[] => {
  const wanted = found === undefined ? undefined : problem(found);
  return wanted ? [invalid(path, found, wanted)] : [];
};

/** Names of clusters or namespaces. */
export const labelNameCauses = (name: Found, path: string): StatusCause[] => judged(name, path, labelNameProblem);

/** Names of objects of other kinds. */
export const objectNameCauses = (name: Found, path: string): StatusCause[] => judged(name, path, subdomainProblem);

/** Lists of clusters. */
export const clusterListCauses = (names: readonly string[] | undefined, path: string): StatusCause[] =>
  (names ?? []).flatMap((name, index) => labelNameCauses(name, `${path}[${index}]`));

/** Lists of namespaces, in which `*` means all. */
export const namespaceListCauses = (names: readonly string[] | undefined, path: string): StatusCause[] =>
  (names ?? []).flatMap((name, index) => (name === '*' ? [] : labelNameCauses(name, `${path}[${index}]`)));

/** Values that become labels, or are compared with them: one that can be none matches nothing. */
export const labelValueCauses = (value: Found, path: string): StatusCause[] =>
  judged(value, path, text => (isLabelValue(text) ? undefined : 'must be a label value: at most 63 letters, digits, "-", "_" and "."'));

/** Times to wait, more than nothing and at most a year. What is no duration at all the schema has refused already. */
export function durationCauses(text: Found, path: string): StatusCause[] {
  const parsed = parseDuration(text);
  if (!parsed.ok || (parsed.value > 0 && parsed.value <= MAX_DURATION)) return [];
  return [invalid(path, text, `must be more than zero and at most ${formatDuration(MAX_DURATION)}`)];
}

/** Amounts that must be above zero. */
export function amountCauses(amount: unknown, path: string): StatusCause[] {
  if (amount === undefined) return [];
  const parsed = parseQuantity(amount);
  if (!parsed.ok) return [invalid(path, amount, parsed.problem)];
  return parsed.value > 0 ? [] : [invalid(path, amount, 'must be more than zero')];
}
