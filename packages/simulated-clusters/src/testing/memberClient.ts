import { request } from 'node:https';
import { parse } from 'yaml';

export interface Answer {
  status: number;
  body: any;
}

export interface MemberClient {
  /** One request; `type` is the Content-Type, for patches. */
  send(method: string, path: string, body?: object, type?: string): Promise<Answer>;
  /** Server-side apply as `flotilla`. */
  apply(path: string, body: object, force?: boolean, manager?: string): Promise<Answer>;
  /** Events of a watch as they come; ends with `stop`. */
  watch(path: string): { events: any[]; stop(): void; ended: Promise<void> };
}

/** A client of the cluster that a kubeconfig with a token and a CA names; `as` and `as-groups` of its user are whom it acts as. */
export function memberClient(kubeconfig: string, timeoutMs = 10_000): MemberClient {
  const { clusters, users } = parse(kubeconfig);
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster;
  const { token, as, 'as-groups': groups } = users[0].user;
  const acting = { ...(as && { 'impersonate-user': as }), ...(groups && { 'impersonate-group': groups }) };
  const options = { ca: Buffer.from(ca, 'base64'), timeout: timeoutMs, agent: false as const };
  const headers = (type = 'application/json') => ({ authorization: `Bearer ${token}`, 'content-type': type, ...acting });
  const send: MemberClient['send'] = (method, path, body, type) =>
    new Promise((resolve, reject) => {
      const text = body && JSON.stringify(body);
      // Without a length a DELETE would be sent as if it had no body, and delete whatever has the name.
      const length = text && { 'content-length': Buffer.byteLength(text) };
      const call = request(`${server}${path}`, { ...options, method, headers: { ...headers(type), ...length } }, response => {
        const parts: Buffer[] = [];
        response.on('data', part => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const said = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode!, body: said.startsWith('{') ? JSON.parse(said) : said });
        });
      });
      call.on('timeout', () => call.destroy(new Error('no answer in time')));
      call.on('error', reject);
      call.end(text);
    });
  return {
    send,
    apply: (path, body, force = true, manager = 'flotilla') => send('PATCH', `${path}?fieldManager=${manager}&force=${force}`, body, 'application/apply-patch+yaml'),
    watch(path) {
      const events: any[] = [];
      let rest = '';
      const call = request(`${server}${path}`, { ...options, timeout: 0, headers: headers() });
      const ended = new Promise<void>(resolve => {
        call.on('error', () => resolve());
        call.on('response', response => {
          response.on('data', part => {
            const lines = (rest + part).split('\n');
            rest = lines.pop()!;
            events.push(...lines.filter(Boolean).map(line => JSON.parse(line)));
          });
          response.on('error', () => resolve());
          response.on('close', () => resolve());
        });
      });
      call.end();
      return { events, ended, stop: () => call.destroy() };
    },
  };
}

/** Asks again until it is so. */
export async function eventually<T>(ask: () => Promise<T | undefined | false> | T | undefined | false, limitMs = 40_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not so after ${limitMs / 1000} s`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
