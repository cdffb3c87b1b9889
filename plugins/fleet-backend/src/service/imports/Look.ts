import { forbidden, kubeError, notFound, type KubeObject, type Principal } from '@flotilla/kube-api';
import type { ClusterConnection, ClusterDirectory } from '../../clusters/types';
import type { ClusterObserver } from '../../observe/types';
import { KINDS } from '../../reconcile/engine';
import type { Authority, Reader } from '../rights';

export interface LookSources {
  directory: Pick<ClusterDirectory, 'get'>;
  observer: Pick<ClusterObserver, 'seen' | 'live'>;
  authority: Authority;
  clusterOf(name: string): KubeObject | undefined;
}

const { group, resource } = KINDS.cluster;
const itself = { group, resource, kind: KINDS.cluster.kind };

/** Whose contents may be read: kinds, by group and plural. */
export interface OfMember {
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

/**
 * One person's look into one cluster, with the portal's credentials there. It only reads, and what is read is asked for as passing
 * through to it is: contents of members are given to nobody else. Nobody waits for a cluster that is known not to answer.
 */
export class Look {
  private constructor(
    readonly cluster: KubeObject,
    readonly connection: ClusterConnection,
    private readonly reader: Reader,
  ) {}

  /** @throws KubeError 403, 404 or 503 with a sentence */
  static async into(from: LookSources, principal: Principal, name: string): Promise<Look> {
    const read = await from.authority.check(principal, 'read', { group, resource, name });
    if (!read.allowed) throw forbidden(itself, name, `User "${principal.name}" cannot look into it: ${read.why}`);
    const cluster = from.clusterOf(name);
    if (!cluster) throw notFound(itself, name);
    const reader = await from.authority.reader(principal, { group, resource, cluster: name }, 'cluster.proxy.read');
    if (!reader.all && reader.why !== '') throw forbidden(itself, name, `User "${principal.name}" cannot look into it: ${reader.why}`);
    const reachable = from.observer.seen(name)?.reachable;
    const connection = from.directory.get(name);
    if (!connection || !reachable?.ok) throw kubeError(503, 'ServiceUnavailable', `cluster ${name} cannot be asked: ${reachable?.because ?? 'this process has no connection to it'}`);
    return new Look(cluster, connection, reader);
  }

  /** Whether the person may read the content of this object there. */
  sees(of: OfMember): boolean {
    return this.reader.all || this.reader.sees({ ...of, cluster: this.cluster.metadata.name });
  }
}
