import type { MemberResource } from './types';

/** A path segment that can neither climb nor add a query. */
const segment = (text: string) => encodeURIComponent(text).replace(/^\.{1,2}$/, dots => dots.replace(/\./g, '%2E'));

/** The path of a kind, a namespace's objects of it, or one object. */
export function pathOf(of: MemberResource, namespace?: string, name?: string): string {
  const root = of.apiVersion.includes('/') ? `/apis/${of.apiVersion.split('/').map(segment).join('/')}` : `/api/${segment(of.apiVersion)}`;
  const scope = of.namespaced && namespace ? `/namespaces/${segment(namespace)}` : '';
  return `${root}${scope}/${segment(of.resource)}${name === undefined ? '' : `/${segment(name)}`}`;
}

/** A query string of the parameters that are set. */
export function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return set.length ? `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}` : '';
}
