import type { IncomingHttpHeaders } from 'node:http';
import { parse } from 'yaml';

/** Headers a client acts on; all others may differ. */
const COMPARED = ['content-type', 'warning', 'retry-after', 'allow', 'www-authenticate', 'location'];

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const AGE = /^(<unknown>|<invalid>|\d+[smhd](\d+[smh])?)$/;

/**
 * Takes out of answers what no two servers share. An id becomes the name of the object it was first seen on, a version
 * what became of the object since it was last seen: so that it still shows whether two answers speak of the same object,
 * and whether something was written.
 */
export class Normaliser {
  private readonly uids = new Map<string, string>();
  private readonly versions = new Map<string, string>();

  headers(headers: IncomingHttpHeaders): Record<string, string> {
    const found = COMPARED.filter(name => headers[name] !== undefined);
    return Object.fromEntries(found.map(name => [name, this.text(String(headers[name]))]));
  }

  /** A body that is JSON, normalised; other text with the ids in it replaced. */
  body(text: string): unknown {
    try {
      return this.value(JSON.parse(text));
    } catch {
      if (/^\{.*\}\n\{/.test(text)) return text.trim().split('\n').map(line => this.value(JSON.parse(line)));
      return text.startsWith('apiVersion:') || text.startsWith('kind:') ? this.value(parse(text)) : this.text(text);
    }
  }

  value(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.leaf(key, value);
    if (Array.isArray(value)) return value.map(item => this.value(item, key));
    if (value === null || typeof value !== 'object') return value;
    const node = value as Record<string, any>;
    if (node.kind === 'Status' && node.details?.causes?.length > 1) return this.invalid(node);
    if (node.kind === 'Table' && Array.isArray(node.rows)) return this.table(node);
    if (key === 'metadata') return this.metadata(node);
    return this.entries(node);
  }

  private entries(node: Record<string, any>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [this.text(key), this.value(item, key)]));
  }

  /** Causes in one order: Go walks its maps in any. The message repeats them. */
  private invalid(node: Record<string, any>): unknown {
    const causes = node.details.causes.map((cause: any) => this.value(cause)).sort((a: any, b: any) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const message = this.text(node.message).replace(/(is invalid: )\[.*\]$/s, '$1[the causes]');
    return { ...this.entries(node), message, details: { ...this.entries(node.details), causes } };
  }

  private metadata(node: Record<string, any>): unknown {
    const { resourceVersion, managedFields, ...rest } = node;
    if (rest.uid && rest.name) this.nameUid(rest.uid, rest.generateName ?? rest.name);
    const out = this.entries(rest);
    if (typeof rest.generateName === 'string' && rest.name?.startsWith(rest.generateName)) out.name = `${rest.generateName}GENERATED`;
    if (resourceVersion !== undefined) out.resourceVersion = rest.uid ? this.moved(rest.uid, resourceVersion) : 'RV';
    if (managedFields) out.managedFields = this.managers(managedFields);
    return out;
  }

  private nameUid(uid: string, name: string): void {
    if (this.uids.has(uid)) return;
    const before = [...this.uids.values()].filter(each => each.startsWith(`uid of ${name} `)).length;
    this.uids.set(uid, `uid of ${name} ${before + 1}`);
  }

  private moved(uid: string, version: string): string {
    const before = this.versions.get(uid);
    this.versions.set(uid, version);
    if (before === undefined) return 'first seen';
    if (before === version) return 'as last seen';
    return Number(version) > Number(before) ? 'later' : 'earlier';
  }

  /** In an order that does not hang on who wrote within the same second. */
  private managers(entries: any[]): unknown[] {
    const named = entries.map(({ time, ...entry }) => ({ ...(this.entries(entry) as any), ...(time && { time: 'TIME' }) }));
    const order = ({ operation, manager, apiVersion, subresource }: any) => JSON.stringify([operation, manager, apiVersion, subresource]);
    return named.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  private table(node: Record<string, any>): unknown {
    const rows = node.rows.map((row: any) => ({
      ...(this.entries(row) as object),
      cells: row.cells.map((cell: unknown) => (typeof cell === 'string' && AGE.test(cell) ? 'AGE' : this.value(cell))),
    }));
    return { ...this.entries({ ...node, rows: [] }), rows };
  }

  private leaf(key: string, text: string): string {
    if (key === 'continue') return text && 'CONTINUE';
    if (key === 'clusterIP' || key === 'clusterIPs') return text === 'None' ? text : 'IP';
    return this.text(text);
  }

  /** Text with everything of one server replaced. */
  text(text: string): string {
    return text
      .replace(UID, uid => this.uids.get(uid) ?? 'UID')
      .replace(TIME, 'TIME')
      .replace(/Bad_[a-z0-9]{5}\b/g, 'Bad_GENERATED')
      .replace(/, current: \d+/g, ', current: RV')
      .replace(/resourceVersion\\?":\\?"\d+/g, 'resourceVersion":"RV')
      .replace(/(ResourceVersion in record) \(\d+\)/g, '$1 (RV)')
      .replace(/resource version: \d+ \(\d+\)/g, 'resource version: RV (RV)');
  }
}
