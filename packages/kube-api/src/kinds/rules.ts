import type { KubeObject, StatusCause } from '../types';

/** What filling in depends on beside the object. */
export interface FillContext {
  /** The objects are templates for clusters: nothing is made from their uid. */
  templates: boolean;
}

/** What a built-in kind adds to its schema. All are plain functions of the object. */
export interface KindRules {
  /** Fills in what Kubernetes fills in, in place. */
  fill?(object: KubeObject, context: FillContext): void;
  /** What is made for a new object after its fields have found their owner: nobody manages it. In place. */
  generate?(object: KubeObject, context: FillContext): void;
  /** The status a new object starts with; kinds with `/status` that say nothing start with `{}`. */
  firstStatus?(object: KubeObject): unknown;
  /** Causes in the object by itself. */
  validate?(object: KubeObject): StatusCause[];
  /** What a client is warned of, though it is let through. */
  warnings?(object: KubeObject): string[];
  /** Causes in a status written by itself. */
  validateStatus?(object: KubeObject): StatusCause[];
  /** Causes in the change. */
  validateUpdate?(object: KubeObject, old: KubeObject): StatusCause[];
}
