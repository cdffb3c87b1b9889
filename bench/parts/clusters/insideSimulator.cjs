/**
 * Required into the process of the simulated clusters before they start: sees every request at every door, whatever the fault, and tells the
 * bench of them when it asks over the channel between the processes. Of a request: what it is, when it came, how and when it ended.
 */
const { subscribe } = require('node:diagnostics_channel');

const IDENTITY = '/api/v1/namespaces/kube-system';

/** What a request is for, by its method and path. */
function kindOf(method, path) {
  if (method === 'PATCH' || method === 'PUT' || method === 'DELETE') return 'write';
  if (method === 'POST') return path.includes('/authorization.k8s.io/') ? 'rights' : 'write';
  if (path === IDENTITY) return 'probe';
  if (path.includes('watch=1')) return 'watch';
  if (/^\/(api|apis|version)\/?(\?|$)/.test(path)) return 'discovery';
  return path.includes('limit=') ? 'list' : 'get';
}

/** By port: how many of each kind. */
let counts = {};
const open = new Set();
/** Writes that were accepted: port, path without query, when. */
const writes = [];

subscribe('http.server.request.start', ({ request, response, socket }) => {
  const { method, url } = request;
  const seen = { port: socket.localPort, kind: kindOf(method, url), at: Date.now() };
  const ofPort = (counts[seen.port] ??= {});
  ofPort[seen.kind] = (ofPort[seen.kind] ?? 0) + 1;
  open.add(seen);
  response.once('close', () => {
    open.delete(seen);
    if (seen.kind === 'write' && response.writableFinished && response.statusCode < 300) writes.push([seen.port, url.split('?')[0], Date.now()]);
  });
});

const answers = {
  counts: () => counts,
  reset: () => {
    counts = {};
    return true;
  },
  open: () => [...open].map(({ port, kind, at }) => ({ port, kind, ms: Date.now() - at })),
  writes: from => writes.slice(from),
};

process.on('message', ({ id, ask, value }) => process.send({ id, answer: answers[ask](value) }));
