/**
 * What stands between the object we want and the one that lives in a cluster. Only fields that the wanted object (or
 * the one applied before) names are looked at: everything else is the server's or somebody else's.
 */
import type { KubeObject } from '@flotilla/kube-api';
import { keysOf, keyText } from './listKeys';
import { isEmpty, sameScalar } from './same';

export interface Change {
  /** `spec.template.spec.containers[name=web].image` */
  path: string;
  kind: 'add' | 'change' | 'remove';
  /** What lives there now; absent for `add`. Values of Secrets are never shown. */
  from?: unknown;
  /** What is wanted; absent for `remove`. */
  to?: unknown;
  /** `drifted`: somebody changed what we had applied. `you asked`: the wish changed. */
  cause: 'you asked' | 'drifted';
}

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Filled by the server or by us alone; never a difference. */
const SERVER_METADATA = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds']);

class Walk {
  readonly changes: Change[] = [];
  private readonly fieldNames: string[] = [];

  constructor(private readonly knowsLast: boolean) {}

  /** `last` is what we applied before at this place. */
  at(path: string, name: string, wanted: unknown, live: unknown, last: unknown): void {
    if (wanted === undefined && last === undefined) return;
    this.fieldNames.push(name);
    // Of a map that is wanted no more, only what was ours is removed.
    if (wanted === undefined && isFields(last) && isFields(live)) this.fields(path, {}, live, last);
    else if (isFields(wanted) && (isFields(live) || live === undefined)) this.fields(path, wanted, live, isFields(last) ? last : undefined);
    else if (Array.isArray(wanted) && Array.isArray(live)) this.list(path, name, wanted, live, Array.isArray(last) ? last : undefined);
    else this.value(path, wanted, live, last);
    this.fieldNames.pop();
  }

  private fields(path: string, wanted: Fields, live: Fields | undefined, last: Fields | undefined) {
    if (live === undefined) {
      if (!isEmpty(wanted)) this.value(path, wanted, live, last);
      return;
    }
    for (const field of Object.keys({ ...last, ...wanted })) {
      this.at(below(path, field), field, wanted[field], live[field], last?.[field]);
    }
  }

  private list(path: string, name: string, wanted: unknown[], live: unknown[], last: unknown[] | undefined) {
    const keys = keysOf(name, wanted);
    if (!keys || !keysOf(name, live)) {
      if (!sameList(wanted, live, this.fieldNames)) this.value(path, wanted, live, last);
      return;
    }
    const byKey = (list: unknown[] = []) => new Map(list.map(entry => [keyText(entry as Fields, keys), entry]));
    const [wantedBy, liveBy, lastBy] = [byKey(wanted), byKey(live), byKey(last && keysOf(name, last) ? last : [])];
    for (const key of new Set([...wantedBy.keys(), ...lastBy.keys()])) {
      const place = `${path}[${key}]`;
      if (wantedBy.has(key)) this.at(place, key, wantedBy.get(key), liveBy.get(key), lastBy.get(key));
      else this.value(place, undefined, liveBy.get(key), lastBy.get(key));
    }
  }

  private value(path: string, wanted: unknown, live: unknown, last: unknown) {
    if (sameScalar(wanted, live, this.fieldNames)) return;
    if (wanted === undefined) {
      if (live !== undefined) this.changes.push({ path, kind: 'remove', from: live, cause: 'you asked' });
      return;
    }
    const asked = !this.knowsLast || !covers(wanted, last, this.fieldNames);
    const cause = asked ? 'you asked' : 'drifted';
    this.changes.push(live === undefined ? { path, kind: 'add', to: wanted, cause } : { path, kind: 'change', from: live, to: wanted, cause });
  }
}

/** Whether `live` has all that `wanted` names. */
function covers(wanted: unknown, live: unknown, place: string[]): boolean {
  if (isFields(wanted) && isFields(live)) {
    return Object.entries(wanted).every(([field, value]) => covers(value, live[field], [...place, field]));
  }
  if (Array.isArray(wanted) && Array.isArray(live)) return sameList(wanted, live, place);
  return sameScalar(wanted, live, place);
}

const sameList = (wanted: unknown[], live: unknown[], place: string[]) =>
  wanted.length === live.length && wanted.every((entry, index) => covers(entry, live[index], place));

/** Label keys hold dots and slashes; in brackets they stay readable and unambiguous. */
function below(path: string, field: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(field)) return `${path}["${field}"]`;
  return path ? `${path}.${field}` : field;
}

function base64(value: unknown): string {
  const bytes = new TextEncoder().encode(String(value));
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}

/** `stringData` of a Secret is written as `data`. */
function normalised(object: KubeObject): Fields {
  const { status: _status, metadata, stringData, ...rest } = object;
  const kept = Object.fromEntries(Object.entries(metadata ?? {}).filter(([field]) => !SERVER_METADATA.has(field)));
  if (!isFields(stringData)) return { ...rest, metadata: kept };
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, base64(value)]));
  return { ...rest, metadata: kept, data: { ...rest.data, ...encoded } };
}

function withoutSecrets(change: Change): Change {
  if (!/^data\b/.test(change.path)) return change;
  return { ...change, ...('from' in change ? { from: '(secret)' } : {}), ...('to' in change ? { to: '(secret)' } : {}) };
}

/**
 * Compares in the fields we name.
 * @param lastApplied - what we applied before, if known: fields it had and `wanted` has not are removed, and a
 * difference in a field it has with the same value is drift
 */
export function diffObjects(wanted: KubeObject, live: KubeObject, lastApplied?: KubeObject): Change[] {
  const walk = new Walk(lastApplied !== undefined);
  walk.at('', '', normalised(wanted), normalised(live), lastApplied && normalised(lastApplied));
  return wanted.kind === 'Secret' ? walk.changes.map(withoutSecrets) : walk.changes;
}
