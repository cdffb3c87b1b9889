import { StorageError } from '@flotilla/kube-api';
import type { Change, KubeObject, ObjectKey } from '@flotilla/kube-api';
import type { ActivityRecord } from '../types';
import { atVersion, describeKey, makeChange, pathOf } from './rows';

/** One wish of a writer. `text` is the object's encoded body; `record` is stored with it. */
export type Write = { key: ObjectKey; record?: ActivityRecord } & (
  | { kind: 'create'; object: KubeObject; text: string }
  | { kind: 'update'; object: KubeObject; text: string; expected: string }
  | { kind: 'remove'; expected: string }
);

/** An object as it is stored. */
export interface Stored {
  id: number;
  version: number;
  text: string;
  object: KubeObject;
}

/** A change and the texts that go into its row. */
export interface PlannedChange {
  change: Change;
  at: { path: string; beforeVersion: number | null; textBefore: string | null; textAfter: string | null };
}

export interface Plan {
  /** One a write, in their order. */
  outcomes: (KubeObject | StorageError)[];
  changes: PlannedChange[];
  /** The state of each changed object after the last write; `undefined` = removed. */
  after: Map<string, { key: ObjectKey; was?: Stored; is?: Stored }>;
}

/**
 * Says what a batch of writes does to the objects as they are, one write after the other: no database, no clock.
 *
 * @param writes - in the order they came
 * @param current - the stored objects of their keys, by {@link describeKey}
 * @param newest - the newest version; the changes get the ones after it, without a gap
 */
export function planWrites(writes: Write[], current: Map<string, Stored>, newest: number): Plan {
  const plan: Plan = { outcomes: [], changes: [], after: new Map() };
  let version = newest;
  for (const write of writes) {
    const id = describeKey(write.key);
    const touched = plan.after.get(id);
    const was = touched ? touched.is : current.get(id);
    const refusal = refuse(write, was);
    if (refusal) {
      plan.outcomes.push(refusal);
      continue;
    }
    version += 1;
    const is = write.kind === 'remove' ? undefined : store(write, was, version);
    const change = makeChange(version, write.key, was?.object, is?.object);
    const at = { path: pathOf(write.key), beforeVersion: was?.version ?? null, textBefore: was?.text ?? null, textAfter: is?.text ?? null };
    plan.changes.push({ change, at });
    plan.outcomes.push(change.after ?? change.last!);
    plan.after.set(id, { key: write.key, was: touched ? touched.was : current.get(id), is });
  }
  return plan;
}

function store(write: { object: KubeObject; text: string }, was: Stored | undefined, version: number): Stored {
  return { id: was?.id ?? version, version, text: write.text, object: atVersion(write.object, version) };
}

function refuse(write: Write, was: Stored | undefined): StorageError | undefined {
  const what = describeKey(write.key);
  if (write.kind === 'create') return was && new StorageError('exists', `${what} already exists`);
  if (!was) return new StorageError('missing', `${what} does not exist`);
  const found = String(was.version);
  if (found === write.expected) return undefined;
  return new StorageError('conflict', `${what} is at ${found}, not ${write.expected}`, found);
}
