import type { ManagedFieldsEntry } from '../../types';
import { FieldSet, fromFieldsV1, pathText, toFieldsV1 } from './fieldSet';
import type { Conflict, ManagedSet, Managers } from './updater';

/** Older update entries beyond so many are put together, so that a chain of writers cannot grow an object for ever. */
const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

type Identity = Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** Names a manager among the entries. Appliers stay who they are across versions. */
export function identityOf({ manager, operation, apiVersion, subresource }: Identity): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource ?? '']);
}

export interface Decoded {
  managers: Managers;
  times: ReadonlyMap<string, string | undefined>;
}

/** Reads `metadata.managedFields`. Throws an Error where an entry is none. */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] = []): Decoded {
  const managers = new Map<string, ManagedSet>();
  const times = new Map<string, string | undefined>();
  for (const entry of entries) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') throw new Error(`operation is \`${entry.operation}\``);
    if (entry.fieldsType !== 'FieldsV1') throw new Error(`fieldsType is \`${entry.fieldsType}\``);
    const identity = identityOf(entry);
    managers.set(identity, { set: read(entry.fieldsV1), apiVersion: entry.apiVersion });
    times.set(identity, entry.time);
  }
  return { managers, times };
}

/** Sets by how they are written: most writes change one manager's and leave the others'. */
const written = new WeakMap<FieldSet, ManagedFieldsEntry['fieldsV1']>();

function read(fields: ManagedFieldsEntry['fieldsV1'] | undefined): FieldSet {
  const set = fields ? fromFieldsV1(fields) : new FieldSet();
  if (fields) written.set(set, fields);
  return set;
}

/** Writes managers as entries: appliers first, then by time, name, version. */
export function encodeManagedFields({ managers, times }: Decoded): ManagedFieldsEntry[] {
  const entries = [...capped({ managers, times })].map(([identity, { set, apiVersion }]) => {
    const [manager, operation, , subresource] = JSON.parse(identity) as [string, 'Apply' | 'Update', string, string];
    const time = times.get(identity);
    return {
      manager,
      operation,
      apiVersion,
      ...(time && { time }),
      fieldsType: 'FieldsV1' as const,
      fieldsV1: written.get(set) ?? toFieldsV1(set),
      ...(subresource && { subresource }),
    };
  });
  return entries.sort(
    (a, b) =>
      text(a.operation, b.operation) || text(a.time, b.time) || text(a.manager, b.manager) || text(a.apiVersion, b.apiVersion) || text(a.subresource, b.subresource),
  );
}

const text = (a = '', b = '') => (a < b ? -1 : Number(a > b));

function capped({ managers, times }: Decoded): Managers {
  const updaters = [...managers.keys()].filter(identity => JSON.parse(identity)[1] === 'Update');
  const excess = updaters.length - MAX_UPDATERS;
  if (excess <= 0) return managers;
  const out = new Map(managers);
  const oldest = updaters.sort((a, b) => text(times.get(a), times.get(b))).slice(0, excess + 1);
  for (const identity of oldest) {
    const { set, apiVersion } = out.get(identity)!;
    out.delete(identity);
    const bucket = identityOf({ manager: ANCIENT, operation: 'Update', apiVersion });
    out.set(bucket, { set: out.get(bucket)?.set.union(set) ?? set, apiVersion });
  }
  return out;
}

/** What a 409 says of conflicts, in Kubernetes' words. */
export function describeConflicts(conflicts: readonly Conflict[], managers: Managers) {
  const who = (identity: string) => {
    const [manager, operation, , subresource] = JSON.parse(identity) as string[];
    const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
    if (operation !== 'Update') return name;
    return `${name} using ${managers.get(identity)!.apiVersion}`;
  };
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who(manager)}`,
    field: pathText(path),
  }));
  if (causes.length === 1) return { causes, message: `Apply failed with 1 conflict: ${causes[0].message}: ${causes[0].field}` };
  const identities = [...new Set(conflicts.map(({ manager }) => manager))].sort();
  const lines = identities.flatMap(identity => [
    `conflicts with ${who(identity)}:`,
    ...conflicts.filter(({ manager }) => manager === identity).map(({ path }) => `- ${pathText(path)}`),
  ]);
  return { causes, message: `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}` };
}
