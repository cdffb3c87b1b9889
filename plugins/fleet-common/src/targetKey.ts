/** What is placed as one, taken apart. For a selected object `component` is its own name. */
export interface TargetName {
  kind: string;
  namespace: string;
  name: string;
  component: string;
}

/**
 * Names what is placed as one: `Application/ai-production/intelligent-ai-platform/model-training`,
 * `Deployment/production/critical-app/critical-app`.
 */
export const targetKey = (owner: Omit<TargetName, 'component'>, component: string): string =>
  [owner.kind, owner.namespace, owner.name, component].join('/');

/** The parts of a key; undefined when the text is none. */
export function parseTargetKey(key: string): TargetName | undefined {
  const [kind, namespace, name, component, ...rest] = key.split('/');
  return kind && name && component && rest.length === 0 ? { kind, namespace, name, component } : undefined;
}

/**
 * Name of the PlacementDecision of a target: `intelligent-ai-platform.model-training`, `critical-app.deployment.object`.
 * Application and component names hold no dot, so the two forms never meet.
 */
export const decisionName = ({ kind, name, component }: TargetName): string =>
  kind === 'Application' ? `${name}.${component}` : `${name}.${kind.toLowerCase()}.object`;
