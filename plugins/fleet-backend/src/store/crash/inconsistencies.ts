import type { Knex } from 'knex';

/** What two views of one database say differently, in words; for tests. Needs the whole history (nothing compacted). */
export async function inconsistencies(knex: Knex): Promise<string[]> {
  const found = [...(await versionFaults(knex)), ...(await objectFaults(knex)), ...(await decisionFaults(knex))];
  if (knex.client.config.client !== 'pg') {
    const [{ integrity_check: integrity }] = await knex.raw('PRAGMA integrity_check');
    if (integrity !== 'ok') found.push(`SQLite says: ${integrity}`);
  }
  return found;
}

async function versionFaults(knex: Knex): Promise<string[]> {
  const counter = await knex('counter').first();
  const versions = (await knex('changes').orderBy('version').select('version')).map(row => Number(row.version));
  const dense = versions.every((version, at) => version === at + 1);
  if (dense && versions.length === Number(counter.version)) return [];
  return [`the counter is at ${counter.version}, ${versions.length} changes end with ${versions[versions.length - 1]}, ${dense ? 'dense' : 'with gaps'}`];
}

/** Played from the beginning, the changes must give the objects, and each must start from what the one before left. */
async function objectFaults(knex: Knex): Promise<string[]> {
  const found: string[] = [];
  const state = new Map<string, { version: number; body: string }>();
  for (const row of await knex('changes').orderBy('version').select()) {
    const key = [row.api_group, row.resource, row.path].join(' ');
    const was = state.get(key);
    if ((was?.body ?? null) !== row.body_before || (was?.version ?? null) !== (row.before_version === null ? null : Number(row.before_version))) {
      found.push(`change ${row.version} of ${key} does not start from the change before`);
    }
    if (row.body_after === null) state.delete(key);
    else state.set(key, { version: Number(row.version), body: row.body_after });
  }
  const labels = new Map<number, string[]>();
  for (const row of await knex('object_labels').orderBy('label').select()) {
    const id = Number(row.object_id);
    labels.set(id, [...(labels.get(id) ?? []), `${row.label}=${row.value}`]);
  }
  for (const row of await knex('objects').select()) {
    const key = [row.api_group, row.resource, row.path].join(' ');
    const wanted = state.get(key);
    if (wanted?.body !== row.body || wanted?.version !== Number(row.version)) found.push(`${key} is not what its changes say`);
    const body = JSON.parse(row.body);
    const inBody = Object.entries((body.open ?? body).metadata.labels ?? {}).map(([label, value]) => `${label}=${value}`).sort();
    if (String(inBody) !== String(labels.get(Number(row.id)) ?? [])) found.push(`labels of ${key} are not those of its body`);
    labels.delete(Number(row.id));
    state.delete(key);
  }
  for (const key of state.keys()) found.push(`${key} is missing`);
  for (const id of labels.keys()) found.push(`labels of an object ${id} that is not there`);
  return found;
}

async function decisionFaults(knex: Knex): Promise<string[]> {
  const named = new Set((await knex('decisions').distinct('inputs_hash')).map(row => row.inputs_hash));
  const stored = new Set((await knex('decision_inputs').select('hash')).map(row => row.hash));
  return [
    ...[...named].filter(hash => !stored.has(hash)).map(hash => `inputs ${hash} are missing`),
    ...[...stored].filter(hash => !named.has(hash)).map(hash => `nothing names the inputs ${hash}`),
  ];
}
