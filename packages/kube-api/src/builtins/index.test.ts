import { builtinDefinitions, builtinDefinitionsFrom, builtinGroupVersions } from './index';

const resourceOf = (groupVersion: string, kind: string) =>
  builtinGroupVersions.find(g => g.groupVersion === groupVersion)?.resources.find(r => r.kind === kind);

describe('built-in kinds', () => {
  it('refers to nothing that is missing, and carries nothing that no kind needs', () => {
    const roots = builtinGroupVersions.flatMap(g => g.resources.flatMap(r => [r.definition, `${r.definition}List`]));
    const always = ['DeleteOptions', 'Status', 'WatchEvent', 'Patch'].map(kind => `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`);
    const needed = builtinDefinitionsFrom([
      ...roots.filter(name => builtinDefinitions[name]),
      ...always,
      'io.k8s.api.autoscaling.v1.Scale',
    ]);
    expect(Object.keys(needed).sort()).toEqual(Object.keys(builtinDefinitions).sort());
  });

  it.each(builtinGroupVersions.flatMap(g => g.resources.map(r => ({ ...r, groupVersion: g.groupVersion }))))(
    'describes $groupVersion $kind under its own group, version and kind',
    ({ groupVersion, kind, definition }) => {
      const [version, group = ''] = groupVersion.split('/').reverse();
      expect(builtinDefinitions[definition]['x-kubernetes-group-version-kind']).toEqual([{ group, version, kind }]);
    },
  );

  it('knows Deployments as kubectl names them', () => {
    expect(resourceOf('apps/v1', 'Deployment')).toMatchObject({
      name: 'deployments',
      shortNames: ['deploy'],
      namespaced: true,
      subresources: ['scale', 'status'],
    });
  });

  it('keeps what merge and apply need to know', () => {
    const podSpec = builtinDefinitions['io.k8s.api.core.v1.PodSpec'].properties!;
    expect(podSpec.containers).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    const port = builtinDefinitions['io.k8s.api.core.v1.ContainerPort'].properties!;
    expect(port.protocol.default).toBe('TCP');
  });

  it('keeps the name, not the meaning, of fields called like keywords of JSON schema', () => {
    const name = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
    expect(builtinDefinitions[name].properties).toMatchObject({ description: { type: 'string' }, $ref: { type: 'string' } });
  });

  it('says in one sentence what a field is for', () => {
    expect(builtinDefinitions['io.k8s.api.apps.v1.DeploymentSpec'].properties!.replicas.description).toBe('Number of desired pods.');
  });
});
