/** Faults of the whole API: what is answered in place of an answer. */
import type { ServerResponse } from 'node:http';
import { KubeError, kubeError } from '@flotilla/kube-api';
import { between, type Breakable, type Mend } from './fault';

function refuse(response: ServerResponse, { code, status }: KubeError) {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status));
}

/** Of the requests a share is answered 500, as when the cluster's etcd is too slow. */
export const serverErrors = (cluster: Breakable, share: number): Mend =>
  between(cluster, inner => (request, response) => {
    if (Math.random() < share) refuse(response, kubeError(500, 'InternalError', 'etcdserver: request timed out'));
    else inner(request, response);
  });

/** Knows nobody any more. Watches that stand go on, as on Kubernetes. */
export const unauthorized = (cluster: Breakable): Mend => between(cluster, () => (_request, response) => refuse(response, kubeError(401, 'Unauthorized', 'Unauthorized')));

/** As much in one piece as a socket takes well. */
const PIECE = Buffer.alloc(65_536, ' ');

/** Answers begin well and never end. */
export const endlessBody = (cluster: Breakable): Mend =>
  between(cluster, () => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(PIECE));
    };
    response.on('drain', more);
    response.write('{"kind":"List","items":[');
    more();
  });

/** Its clock is wrong: in what it writes from now on, and in the date of its answers. */
export function clockSkew(cluster: Breakable, byMs: number, way: 'ahead' | 'behind'): Mend {
  const { world } = cluster;
  world.skewMs = way === 'ahead' ? byMs : -byMs;
  const goOn = between(cluster, inner => (request, response) => {
    response.setHeader('Date', new Date(world.now()).toUTCString());
    inner(request, response);
  });
  return () => {
    goOn();
    world.skewMs = 0;
  };
}
