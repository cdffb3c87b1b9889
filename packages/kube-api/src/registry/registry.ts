import type { ResourceRegistry } from '../service';
import type { KubeObject, ResourceInfo } from '../types';
import { apiVersionOf, builtinInfos } from './builtinInfos';
import type { KindFilter } from './builtinInfos';
import { crdInfos } from './crdInfos';

export interface RegistryOptions {
  /** Which built-in kinds are served. Default `member`, all of them. */
  kinds?: KindFilter;
  /** Groups whose objects are stored as sent: their schemas' defaults act for readers and are never written. */
  storedAsSent?: (group: string) => boolean;
  /** Kinds that the host serves from elsewhere than the storage, as an aggregated API does. Definitions of their groups are not served. */
  aggregated?: readonly ResourceInfo[];
  /** Kinds whose objects pass requests on, below `/proxy`; the handler is told how. */
  proxied?: (of: { group: string; resource: string }) => boolean;
  /** Kinds whose objects have a `/log`; the handler is told how. */
  logged?: (of: { group: string; resource: string }) => boolean;
  /** Kinds whose objects give out tokens, at `/token`; the handler is told how. */
  tokens?: (of: { group: string; resource: string }) => boolean;
}

/** A registry that definitions can join and leave while it serves. */
export interface Registry extends ResourceRegistry {
  /** Serves what the definition says, in place of what one of the same name said before. */
  addCrd(crd: KubeObject): void;
  /** Stops serving what the definition of that name (`<plural>.<group>`) said. */
  removeCrd(name: string): void;
  /** The definition behind a kind, where it has one. */
  crdOf(of: { group: string; resource: string }): KubeObject | undefined;
}

const resourceId = ({ group, version, resource }: Pick<ResourceInfo, 'group' | 'version' | 'resource'>) => `${group}/${version}/${resource}`;

const newestFirst = (a: string, b: string) => rank(b) - rank(a) || a.localeCompare(b);

/** Kubernetes' order of versions: v2, v1, v1beta2, v1beta1, v1alpha1, then the rest. */
function rank(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return -1;
  const stage = { alpha: 0, beta: 1 }[match[2] ?? ''] ?? 2;
  return stage * 1e8 + Number(match[1]) * 1e4 + Number(match[3] ?? 0);
}

class LiveRegistry implements Registry {
  private readonly builtins: ResourceInfo[];
  private readonly crds = new Map<string, { crd: KubeObject; infos: ResourceInfo[] }>();
  private readonly listeners = new Set<() => void>();
  private list: ResourceInfo[] = [];
  private byResource = new Map<string, ResourceInfo>();
  private byName = new Map<string, ResourceInfo>();

  constructor(private readonly options: RegistryOptions) {
    this.builtins = builtinInfos(options.kinds ?? 'member').map(info => this.withHosted(info));
    this.index();
  }

  all(): readonly ResourceInfo[] {
    return this.list;
  }

  find(group: string, version: string, resource: string): ResourceInfo | undefined {
    return this.byResource.get(resourceId({ group, version, resource }));
  }

  byKind(apiVersion: string, kind: string): ResourceInfo | undefined {
    return this.byName.get(`${apiVersion}/${kind}`);
  }

  crdOf(of: { group: string; resource: string }): KubeObject | undefined {
    return this.crds.get(`${of.resource}.${of.group}`)?.crd;
  }

  addCrd(crd: KubeObject): void {
    const group = crd.spec.group as string;
    const known = this.crds.get(crd.metadata.name!);
    // A change of status alone keeps the compiled schemas.
    const infos =
      known && known.crd.metadata.uid === crd.metadata.uid && known.crd.metadata.generation === crd.metadata.generation
        ? known.infos
        : crdInfos(crd, this.options.storedAsSent?.(group) ?? false).map(info => this.withHosted(info));
    this.crds.set(crd.metadata.name!, { crd, infos });
    if (infos !== known?.infos) this.changed();
  }

  removeCrd(name: string): void {
    if (this.crds.delete(name)) this.changed();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private withHosted(info: ResourceInfo): ResourceInfo {
    const { proxied, logged, tokens } = this.options;
    const hosted = { ...(proxied?.(info) && { proxy: true }), ...(logged?.(info) && { log: true }), ...(tokens?.(info) && { token: true }) };
    return Object.keys(hosted).length > 0 ? { ...info, subresources: { ...info.subresources, ...hosted } } : info;
  }

  private changed(): void {
    this.index();
    for (const listener of this.listeners) listener();
  }

  private index(): void {
    const { aggregated = [] } = this.options;
    const taken = new Set(aggregated.map(({ group }) => group));
    const custom = [...this.crds.values()]
      .flatMap(({ infos }) => infos)
      .filter(({ group }) => !taken.has(group))
      .sort((a, b) => a.group.localeCompare(b.group) || newestFirst(a.version, b.version) || a.resource.localeCompare(b.resource));
    this.list = [...this.builtins, ...custom, ...aggregated];
    this.byResource = new Map(this.list.map(info => [resourceId(info), info]));
    this.byName = new Map(this.list.map(info => [`${apiVersionOf(info)}/${info.kind}`, info]));
  }
}

/** The kinds now served: built-in ones by choice, and what definitions add at run time. */
export const createRegistry = (options: RegistryOptions = {}): Registry => new LiveRegistry(options);
