import { FleetClient } from './FleetClient';

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

function client(respond: (url: string, init?: RequestInit) => Promise<Response>) {
  const urls: string[] = [];
  const fetch = async (url: any, init?: any) => {
    urls.push(String(url));
    return respond(String(url), init);
  };
  return { urls, api: new FleetClient({ discoveryApi: { getBaseUrl: async id => `http://portal/api/${id}` }, fetchApi: { fetch } }) };
}

describe('FleetClient', () => {
  it('asks for views with escaped names and only the filters that are set', async () => {
    const { urls, api } = client(async () => answer(200, {}));
    await api.clusters({ search: 'a&b', state: undefined, provider: '', limit: '50' });
    await api.verdict({ kind: 'Application', namespace: 'n', name: 'a/b' }, 'c', '../x');
    expect(urls).toEqual(['http://portal/api/fleet/views/clusters?search=a%26b&limit=50', 'http://portal/api/fleet/views/placements/Application/n/a%2Fb/c/verdicts/..%2Fx']);
  });

  it('rejects with the status and the words of the answer', async () => {
    const { api } = client(async () => answer(403, { error: { name: 'NotAllowedError', message: 'Needs fleet.cluster.read' }, response: { statusCode: 403 } }));
    await expect(api.fleets()).rejects.toMatchObject({ statusCode: 403, cause: { message: 'Needs fleet.cluster.read' } });
  });

  it('gives up when it is told to, and after 15 s', async () => {
    const { api } = client((_url, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal!.reason))));
    const told = new AbortController();
    const first = api.fleets(told.signal);
    await Promise.resolve();
    told.abort(new Error('left the page'));
    await expect(first).rejects.toThrow('left the page');
    jest.useFakeTimers();
    const second = api.fleets().catch(error => error.message);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(await second).toBe('no answer within 15 s');
    jest.useRealTimers();
  });
});
