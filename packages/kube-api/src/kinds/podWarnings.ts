type Tree = Record<string, any>;

/** What Kubernetes lets through in a pod template and warns of. @param path - `spec.template.spec` */
export function podWarnings(spec: Tree | undefined, path: string): string[] {
  if (!spec) return [];
  const { terminationGracePeriodSeconds: grace, topologySpreadConstraints: spread = [] } = spec;
  return [
    ...(spread as Tree[]).flatMap(({ labelSelector }, index) => (labelSelector ? [] : `${path}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`)),
    ...(grace < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...duplicatePorts(spec.containers ?? [], `${path}.containers`),
    ...duplicateVariables(spec.containers ?? [], `${path}.containers`),
  ];
}

function duplicatePorts(containers: Tree[], path: string): string[] {
  const places = new Map<string, string[]>();
  return containers.flatMap(({ ports = [] }, at) =>
    (ports as Tree[]).flatMap(({ containerPort, protocol = 'TCP', hostPort = '', hostIP = '' }, index) => {
      const key = [containerPort, protocol, hostPort, hostIP].join();
      const place = `${path}[${at}].ports[${index}]`;
      const before = places.get(key) ?? [];
      places.set(key, [...before, place]);
      return before.map(other => `${place}: duplicate port definition with ${other}`);
    }),
  );
}

function duplicateVariables(containers: Tree[], path: string): string[] {
  return containers.flatMap(({ env = [] }, at) => {
    const seen = new Map<string, number>();
    return (env as Tree[]).flatMap(({ name }, index) => {
      const before = seen.get(name);
      seen.set(name, index);
      return before === undefined ? [] : [`${path}[${at}].env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`];
    });
  });
}
