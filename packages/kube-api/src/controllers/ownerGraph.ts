import type { ObjectKey } from '../storage';
import type { KubeObject } from '../types';

interface Node {
  uid: string;
  owners: string[];
}

/** A key as one text, and back. `|` is in no name. */
export const idOf = ({ group, resource, namespace, name }: ObjectKey) => [group, resource, namespace, name].join('|');
export const keyOfId = (id: string): ObjectKey => {
  const [group, resource, namespace, name] = id.split('|');
  return { group, resource, namespace, name };
};

/** Who depends on whom, by uid, as last seen. Says which objects a change makes worth looking at. */
export class OwnerGraph {
  private readonly nodes = new Map<string, Node>();
  private readonly byUid = new Map<string, string>();
  private readonly dependents = new Map<string, Set<string>>();

  clear(): void {
    this.nodes.clear();
    this.byUid.clear();
    this.dependents.clear();
  }

  /** Ids of the objects that name this uid as owner. */
  dependentsOf(uid: string): string[] {
    return [...(this.dependents.get(uid) ?? [])];
  }

  /** Takes in what an object now is. Returns the ids to look at: itself, those who lost an owner, owners that may have waited. */
  see(key: ObjectKey, object: KubeObject | undefined): string[] {
    const id = idOf(key);
    const before = this.nodes.get(id);
    if (!before && !object) return [];
    const uid = object?.metadata.uid;
    const affected = before?.owners.map(owner => this.byUid.get(owner)) ?? [];
    if (before && before.uid !== uid) affected.push(...this.dependentsOf(before.uid));
    if (before) this.forget(id, before);
    if (object && uid) {
      this.remember(id, { uid, owners: (object.metadata.ownerReferences ?? []).map(owner => owner.uid) });
      if (object.metadata.ownerReferences?.length || object.metadata.deletionTimestamp) affected.push(id);
    }
    return affected.filter(each => each !== undefined);
  }

  private remember(id: string, node: Node): void {
    this.nodes.set(id, node);
    this.byUid.set(node.uid, id);
    for (const owner of node.owners) {
      const set = this.dependents.get(owner);
      if (set) set.add(id);
      else this.dependents.set(owner, new Set([id]));
    }
  }

  private forget(id: string, node: Node): void {
    this.nodes.delete(id);
    if (this.byUid.get(node.uid) === id) this.byUid.delete(node.uid);
    for (const owner of node.owners) {
      const set = this.dependents.get(owner);
      set?.delete(id);
      if (set?.size === 0) this.dependents.delete(owner);
    }
  }
}
