import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, OpenWatch, SendOptions } from './connection';
import { Normaliser } from './normalise';

/** One thing asked and what came of it, normalised. */
export interface Exchange {
  /** `POST /api/v1/…`, without what names this run. */
  request: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** An answer as a scenario reads it. */
export interface Reply {
  status: number;
  body: any;
}

export const PATCH = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** So much of a request is shown. */
const SHOWN = 300;
/** Kubernetes' garbage collector looks for new kinds every 30 seconds. */
const SETTLED_LIMIT_MS = 60_000;
const EVENT_LIMIT_MS = 3_000;
const AS_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** What names the places of one run: the same words on both servers. */
export interface Places {
  /** A word no other run has. */
  word: string;
  /** The scenario's own namespace. */
  namespace: string;
  /** The group of the test kinds. */
  group: string;
}

const parsed = (text: string): any => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** One scenario spoken with one server. What is asked through the verbs is kept, to be compared. */
export class Conversation {
  readonly exchanges: Exchange[] = [];
  private readonly normaliser = new Normaliser();

  constructor(
    private readonly connection: Connection,
    readonly places: Places,
  ) {}

  /** Path of a resource in the scenario's namespace. @param of - `configmaps`, `apps/v1/deployments` */
  in(of: string): string {
    const parts = of.split('/');
    const resource = parts.pop()!;
    return `${parts.length ? `/apis/${parts.join('/')}` : '/api/v1'}/namespaces/${this.places.namespace}/${resource}`;
  }

  /** Path of a test kind, in the scenario's namespace. */
  custom(resource: string, version = 'v1'): string {
    return this.in(`${this.places.group}/${version}/${resource}`);
  }

  async send(method: string, path: string, options: SendOptions = {}): Promise<Reply> {
    const { status, headers, text } = await this.connection.send(method, path, options);
    const request = `${method} ${path}${describe(options)}`;
    this.record(request, { status, headers: this.normaliser.headers(headers), body: this.normaliser.body(text) });
    return { status, body: parsed(text) };
  }

  get(path: string, options: SendOptions = {}) {
    return this.send('GET', path, options);
  }

  table(path: string) {
    return this.get(path, { accept: AS_TABLE });
  }

  post(path: string, body: unknown, options: SendOptions = {}) {
    return this.send('POST', path, { body, ...options });
  }

  put(path: string, body: unknown, options: SendOptions = {}) {
    return this.send('PUT', path, { body, ...options });
  }

  patch(kind: keyof typeof PATCH, path: string, body: unknown) {
    return this.send('PATCH', path, { body, type: PATCH[kind] });
  }

  /** Server-side apply of an object at its own path below a collection. @param query - more of it, as `&force=true` */
  apply(manager: string, collection: string, object: any, query = '') {
    return this.patch('apply', `${collection}/${object.metadata.name}?fieldManager=${manager}${query}`, object);
  }

  delete(path: string, body?: unknown) {
    return this.send('DELETE', path, { body });
  }

  /** Asks again and again, unrecorded, until the answer satisfies: for what a server's controllers do in their own time. */
  async until(path: string, settled: (reply: Reply) => boolean): Promise<void> {
    const deadline = Date.now() + SETTLED_LIMIT_MS;
    while (Date.now() < deadline) {
      const { status, text } = await this.connection.send('GET', path);
      if (settled({ status, body: parsed(text) })) return;
      await sleep(50);
    }
    throw new Error(`${path} did not settle within ${SETTLED_LIMIT_MS} ms`);
  }

  untilGone(path: string) {
    return this.until(path, ({ status }) => status === 404);
  }

  /** Opens a watch; its events are kept as one exchange when it ends. */
  async watch(path: string, options: SendOptions = {}): Promise<RecordedWatch> {
    const open = await this.connection.watch(path, options);
    return new RecordedWatch(open, events => {
      const body = events.map(event => this.normaliser.value(event));
      this.record(`WATCH ${path}`, { status: open.status, headers: this.normaliser.headers(open.headers), body });
    });
  }

  /** Asks, and keeps what `pick` takes of the answer. */
  async getPart(path: string, pick: (body: any) => unknown, options: SendOptions = {}): Promise<void> {
    const { status, headers, text } = await this.connection.send('GET', path, options);
    this.record(`GET ${path} in part`, { status, headers: this.normaliser.headers(headers), body: this.normaliser.value(pick(parsed(text))) });
  }

  private record(request: string, rest: Omit<Exchange, 'request'>): void {
    const { word } = this.places;
    const text = this.normaliser.text(request).replaceAll(word, 'RUN').replace(/(resourceVersion=)\d{2,8}\b/g, '$1RV').replace(/(continue=)[^&]{9,}/g, '$1CONTINUE');
    this.exchanges.push({ request: text.slice(0, SHOWN), ...rest });
  }
}

function describe({ body, accept, type }: SendOptions): string {
  const text = body === undefined ? '' : ` ${typeof body === 'string' ? body : JSON.stringify(sorted(body))}`;
  return `${type ? ` (${type.replace('application/', '')})` : ''}${accept ? ` accept ${accept.replace('application/', '')}` : ''}${text.slice(0, 2 * SHOWN)}`;
}

/** Keys in one order: a body may come from an answer. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

/** A watch whose events are kept. */
export class RecordedWatch {
  private readonly events: any[] = [];

  constructor(
    private readonly open: OpenWatch,
    private readonly done: (events: unknown[]) => void,
  ) {}

  /** Waits for so many more events. Fewer within three seconds are all there are: the comparison shows it. */
  async take(count: number): Promise<any[]> {
    const from = this.events.length;
    const deadline = sleep(EVENT_LIMIT_MS, 'late' as const, { ref: false });
    while (this.events.length < from + count) {
      const next = await Promise.race([this.open.lines.next(), deadline]);
      if (next === 'late' || next.done) break;
      this.events.push(parsed(next.value) ?? next.value);
    }
    return this.events.slice(from);
  }

  /** Ends it and keeps what was seen. */
  end(): void {
    this.open.close();
    this.done(this.events);
  }
}
