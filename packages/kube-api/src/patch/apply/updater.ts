import type { Shape } from '../../schema/shape';
import { compare } from './compare';
import type { Comparison } from './compare';
import { FieldSet } from './fieldSet';
import { mergeTyped } from './mergeTyped';
import { removeItems } from './removeItems';
import { toFieldSet } from './toFieldSet';

/** One manager's fields. */
export interface ManagedSet {
  set: FieldSet;
  apiVersion: string;
}

/** By identity (name, operation, subresource; for updates the version too). */
export type Managers = ReadonlyMap<string, ManagedSet>;

/** Narrows a set to what the endpoint may own (no status on the main resource, nothing of the server's own). */
export type OwnableFilter = (set: FieldSet) => FieldSet;

/** A field somebody else holds at another value. */
export interface Conflict {
  manager: string;
  path: string[];
}

/** Who writes. */
export interface Actor {
  manager: string;
  apiVersion: string;
  ownable: OwnableFilter;
}

/** Takes changed and removed fields from all other managers. `conflicts` says from whom they were taken. */
function takeFromOthers(managers: Managers, actor: Actor, difference: Comparison): { managers: Map<string, ManagedSet>; conflicts: Conflict[] } {
  const changed = actor.ownable(difference.modified.union(difference.added));
  const removed = actor.ownable(difference.removed);
  const out = new Map<string, ManagedSet>();
  const conflicts: Conflict[] = [];
  for (const [manager, managed] of managers) {
    if (manager === actor.manager) {
      out.set(manager, managed);
      continue;
    }
    const taken = managed.set.intersection(changed);
    for (const path of taken.paths()) conflicts.push({ manager, path });
    // A set nothing is taken from stays the same one, and is not written anew.
    const set = taken.isEmpty && removed.isEmpty ? managed.set : managed.set.difference(taken).difference(removed);
    if (!set.isEmpty) out.set(manager, set === managed.set ? managed : { ...managed, set });
  }
  return { managers: out, conflicts };
}

/**
 * Who owns what after an update: the writer owns every field it changed, nobody owns what it removed.
 *
 * @returns the managers; the same ones when nothing changed
 */
export function updateManagers(shape: Shape, live: unknown, next: unknown, managers: Managers, actor: Actor): Managers {
  const difference = compare(shape, live, next);
  if (difference.isSame) return managers;
  const taken = takeFromOthers(managers, actor, difference).managers;
  const before = taken.get(actor.manager)?.set ?? new FieldSet();
  const gained = actor.ownable(difference.modified.union(difference.added));
  const set = before.difference(difference.removed).union(gained);
  if (set.isEmpty) taken.delete(actor.manager);
  else taken.set(actor.manager, { set, apiVersion: actor.apiVersion });
  return taken;
}

/** What an apply would do. With conflicts, and no force, it must not be done. */
export interface Applied {
  object: unknown;
  managers: Managers;
  conflicts: Conflict[];
}

/**
 * Lays a manager's whole configuration over the live object: what it names is set, what it named last time and names no
 * more is removed unless others hold it, and the managers' sets follow.
 */
export function applyConfiguration(shape: Shape, live: unknown, config: unknown, managers: Managers, actor: Actor): Applied {
  const merged = mergeTyped(shape, live, config);
  const last = managers.get(actor.manager);
  const named = toFieldSet(shape, config);
  const owned = actor.ownable(named);
  const set = last?.set.equals(owned) ? last.set : owned;
  const claimed = new Map(managers).set(actor.manager, { set, apiVersion: actor.apiVersion });
  // The object's name is nobody's, yet while it is named its metadata is not empty.
  const all = [named, ...[...claimed.values()].map(managed => managed.set)];
  const object = last && !last.set.difference(named).isEmpty ? prune(shape, merged, all, last.set) : merged;
  const taken = takeFromOthers(claimed, actor, compare(shape, live, object));
  if (set.isEmpty) taken.managers.delete(actor.manager);
  return { object, ...taken };
}

/** Removes what the manager applied last time and nobody claims now. */
function prune(shape: Shape, merged: unknown, claims: FieldSet[], last: FieldSet): unknown {
  const lastNamed = last.withNamedFields(shape);
  const pruned = removeItems(shape, merged, lastNamed) ?? {};
  const everybodys = claims.reduce((all, set) => all.union(set), new FieldSet());
  const mergedSet = toFieldSet(shape, merged).withNamedFields(shape);
  const keep = toFieldSet(shape, pruned).withNamedFields(shape).union(everybodys.withNamedFields(shape));
  const withOwned = removeItems(shape, merged, mergedSet.difference(keep)) ?? {};
  // Only what was this manager's may go: fields nobody holds stay.
  const gone = mergedSet.difference(toFieldSet(shape, withOwned).withNamedFields(shape)).intersection(lastNamed);
  return removeItems(shape, merged, gone) ?? {};
}
