import type { KubeObject } from '@flotilla/kube-api';
import { make, ownerReference, remove, write, type Hands } from './hands';
import type { Snapshot } from './snapshot';
import { templateHash } from './templateHash';

/** On pods and revisions, which revision they are of. */
export const REVISION_HASH = 'controller-revision-hash';

/** The templates that a StatefulSet or DaemonSet had, oldest first, and the one it has. */
export interface Revisions {
  all: readonly KubeObject[];
  /** Name of the one of the template as it is now. */
  update: string;
}

/** The pod template that a revision remembers. */
export const templateIn = (revision: KubeObject): any => revision.data.spec.template;

/** Finds the revision of the template as it is now, or makes it; it has the highest number, also when an old template came back. */
export async function keepRevision(hands: Hands, world: Snapshot, owner: KubeObject): Promise<Revisions> {
  const all = world.ownedBy(owner).filter(each => each.kind === 'ControllerRevision').sort((a, b) => a.revision - b.revision);
  const hash = templateHash(owner.spec.template);
  const name = `${owner.metadata.name}-${hash}`;
  const known = all.find(each => each.metadata.name === name);
  const next = 1 + Math.max(0, ...all.map(each => each.revision));
  if (!known) {
    await make(hands, {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name, namespace: owner.metadata.namespace, labels: { ...owner.spec.template.metadata?.labels, 'controller.kubernetes.io/hash': hash }, ownerReferences: [ownerReference(owner)] },
      data: { spec: { template: owner.spec.template } },
      revision: next,
    });
  } else if (known.revision !== next - 1) await write(hands, known, { revision: next });
  return { all, update: name };
}

/** Lets go of old revisions that no pod is of, but for as many as revisionHistoryLimit says. */
export async function forgetRevisions(hands: Hands, { spec }: KubeObject, { all }: Revisions, used: ReadonlySet<string>): Promise<void> {
  const old = all.filter(each => !used.has(each.metadata.name!));
  for (const each of old.slice(0, Math.max(0, old.length - (spec.revisionHistoryLimit ?? 10)))) await remove(hands, each);
}
