import type { KubeObject, ResourceInfo, StatusCause } from '../types';

/** What a built-in kind adds to its schema. All are plain functions of the object. */
export interface KindRules {
  /** Fills in what Kubernetes fills in, in place. */
  fill?(object: KubeObject): void;
  /** The status a new object starts with; kinds with `/status` that say nothing start with `{}`. */
  firstStatus?(object: KubeObject): unknown;
  /** Causes in the object by itself. */
  validate?(object: KubeObject): StatusCause[];
  /** Causes in the change. */
  validateUpdate?(object: KubeObject, old: KubeObject): StatusCause[];
}

const RULES: Record<string, KindRules> = {};

/** The rules of a built-in kind, where it has any. */
export function kindRules(of: Pick<ResourceInfo, 'group' | 'kind'>): KindRules | undefined {
  const key = of.group ? `${of.group}/${of.kind}` : of.kind;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}
