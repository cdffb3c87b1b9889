import type { MemberKey, Work } from '../types';

/** Columns of `works` in the order of {@link toRow}. */
export const COLUMNS = [
  'cluster', 'api_version', 'kind', 'namespace', 'name', 'cluster_uid', 'target', 'owner_uid', 'state', 'revision',
  'wanted_hash', 'applied_hash', 'member_uid', 'sent', 'error', 'since',
] as const;

export const KEY_COLUMNS = COLUMNS.slice(0, 5);

export type WorkRow = Record<(typeof COLUMNS)[number], any>;

export function keyValues({ cluster, apiVersion, kind, namespace, name }: MemberKey): string[] {
  return [cluster, apiVersion, kind, namespace, name];
}

/** @param postgres - SQLite has no booleans */
export function toRow(work: Work, postgres: boolean): unknown[] {
  return [
    ...keyValues(work), work.clusterUid, work.target, work.ownerUid, work.state, work.revision,
    work.wantedHash, work.appliedHash, work.memberUid, postgres ? work.sent : Number(work.sent), work.error, work.since,
  ];
}

export function fromRow(row: WorkRow): Work {
  return {
    cluster: row.cluster,
    apiVersion: row.api_version,
    kind: row.kind,
    namespace: row.namespace,
    name: row.name,
    clusterUid: row.cluster_uid,
    target: row.target,
    ownerUid: row.owner_uid,
    state: row.state,
    revision: row.revision,
    wantedHash: row.wanted_hash,
    appliedHash: row.applied_hash,
    memberUid: row.member_uid,
    sent: Boolean(row.sent),
    error: row.error,
    since: Number(row.since),
  };
}
