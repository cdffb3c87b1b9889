import type { KubeObject } from '@flotilla/kube-api';
import { listAll, type Hands } from './hands';

/** Everything that the controllers of one cluster act on, as it is at one moment. */
export class Snapshot {
  readonly #owned = new Map<string, KubeObject[]>();

  private constructor(
    readonly deployments: readonly KubeObject[],
    readonly replicaSets: readonly KubeObject[],
    readonly jobs: readonly KubeObject[],
    readonly pods: readonly KubeObject[],
    readonly nodes: readonly KubeObject[],
  ) {
    for (const object of [...replicaSets, ...pods]) {
      const uid = object.metadata.ownerReferences?.find(owner => owner.controller)?.uid;
      if (!uid) continue;
      const owned = this.#owned.get(uid);
      if (owned) owned.push(object);
      else this.#owned.set(uid, [object]);
    }
  }

  static async take(hands: Hands): Promise<Snapshot> {
    return new Snapshot(
      await listAll(hands, 'apps', 'deployments'),
      await listAll(hands, 'apps', 'replicasets'),
      await listAll(hands, 'batch', 'jobs'),
      await listAll(hands, '', 'pods'),
      await listAll(hands, '', 'nodes'),
    );
  }

  /** The ReplicaSets of a Deployment, or the pods of a ReplicaSet or Job. */
  ownedBy(owner: KubeObject): readonly KubeObject[] {
    return this.#owned.get(owner.metadata.uid!) ?? [];
  }
}
