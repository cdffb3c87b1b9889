import { parseTargetKey } from '@flotilla/backstage-plugin-fleet-common';
import { KubeError, type KubeObject, type Principal } from '@flotilla/kube-api';
import { KINDS } from '../../reconcile/engine';
import type { Work } from '../../store/types';
import { aboutObject, type Authority, type Right, type RightAbout } from '../rights';

/** A kind that rights are asked for. */
export type Kind = Pick<RightAbout, 'group' | 'resource'>;

/** Kinds of workloads that a policy can select. */
export const SELECTED = ['deployments', 'statefulsets', 'daemonsets'];

/** Where objects of a kind are, by the kind's name in a target key. */
export const kindOf = (kind: string): Kind => (kind === 'Application' ? KINDS.application : { group: 'apps', resource: `${kind.toLowerCase()}s` });

/** What one reader may see. Nothing else may reach a view: no name, no count, no item of attention. */
export class Sight {
  constructor(
    private readonly authority: Authority,
    private readonly principal: Principal,
  ) {}

  /** Those of the objects that the reader may see, or has another right to; throws a 403 when that is so for none of the kind. */
  async of(kind: Kind, objects: readonly KubeObject[], right: Right = 'read'): Promise<KubeObject[]> {
    const reader = await this.authority.reader(this.principal, { group: kind.group, resource: kind.resource }, right);
    if (reader.all) return [...objects];
    if (reader.why !== '') throw new KubeError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403, message: reader.why });
    return objects.filter(object => reader.sees(aboutObject(kind, object)));
  }

  /** The same for what a view only mentions: undefined when none of the kind may be seen. */
  async ofOrNone(kind: Kind, objects: readonly KubeObject[], right: Right = 'read'): Promise<KubeObject[] | undefined> {
    return this.of(kind, objects, right).catch(error => (error instanceof KubeError && error.code === 403 ? undefined : Promise.reject(error)));
  }

  /** Whether the reader may see the owner of what stands in a cluster. Asks for rights once, however many works there are. */
  async ofWorks(): Promise<(work: Work) => boolean> {
    const kinds = [KINDS.application, ...SELECTED.map(resource => ({ group: 'apps', resource }))];
    const readers = new Map(await Promise.all(kinds.map(async ({ group, resource }) => [resource, await this.authority.reader(this.principal, { group, resource })] as const)));
    return ({ target }) => {
      const owner = parseTargetKey(target);
      if (!owner) return false;
      const kind = kindOf(owner.kind);
      const reader = readers.get(kind.resource);
      return reader !== undefined && (reader.all || reader.sees({ ...kind, namespace: owner.namespace, name: owner.name }));
    };
  }
}
