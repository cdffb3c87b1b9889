import type { MemberObject } from './types';

/** Texts in the order of their characters' codes, as Kubernetes keeps names. */
export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The objects of one kind of one member, by namespace and name; the order of names is made when a list asks for it. */
export class MemberTable {
  private readonly namespaces = new Map<string, Map<string, MemberObject>>();
  private readonly sorted = new Map<string, readonly string[]>();
  size = 0;

  get(namespace: string, name: string): MemberObject | undefined {
    return this.namespaces.get(namespace)?.get(name);
  }

  has(namespace: string): boolean {
    return this.namespaces.has(namespace);
  }

  /** Names of the namespaces that hold something, in no order. */
  inNamespaces(): Iterable<string> {
    return this.namespaces.keys();
  }

  names(namespace: string): readonly string[] {
    let names = this.sorted.get(namespace);
    if (!names) {
      names = [...(this.namespaces.get(namespace)?.keys() ?? [])].sort(byText);
      if (names.length > 0) this.sorted.set(namespace, names);
    }
    return names;
  }

  *all(): Generator<MemberObject> {
    for (const names of this.namespaces.values()) yield* names.values();
  }

  set(object: MemberObject): void {
    let names = this.namespaces.get(object.namespace);
    if (!names) this.namespaces.set(object.namespace, (names = new Map()));
    if (!names.has(object.name)) {
      this.size++;
      this.sorted.delete(object.namespace);
    }
    names.set(object.name, object);
  }

  delete({ namespace, name }: MemberObject): void {
    const names = this.namespaces.get(namespace);
    if (!names?.delete(name)) return;
    this.size--;
    this.sorted.delete(namespace);
    if (names.size === 0) this.namespaces.delete(namespace);
  }
}
