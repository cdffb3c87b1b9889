import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import type { ConnectView } from '@flotilla/backstage-plugin-fleet-common';
import { KubeError, type KubeHandler, type Principal, type Turnstile } from '@flotilla/kube-api';
import type { Request, RequestHandler, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { FleetViews, Imports } from '../service';
import { importRoutes } from './importRoutes';

export interface RouterOptions {
  views: FleetViews;
  imports: Imports;
  kube: KubeHandler;
  httpAuth: HttpAuthService;
  turnstile: Turnstile;
  /** How kubectl gets here. */
  connect: Omit<ConnectView, 'members'>;
}

/** Longest text a query parameter may be. */
const LONGEST = 253;

/** Query parameters as plain texts and numbers; anything else is said with path, found, wanted. */
function listQuery(request: Request): Record<string, string | number | undefined> {
  const query: Record<string, string | number | undefined> = {};
  for (const [name, value] of Object.entries(request.query)) {
    if (typeof value !== 'string' || value.length > LONGEST) throw new InputError(`query parameter ${name}: wanted one text of at most ${LONGEST} characters`);
    query[name] = value;
  }
  if (query.limit !== undefined) {
    const limit = Number(query.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw new InputError(`query parameter limit: found ${query.limit}, wanted a whole number from 1 to 500`);
    query.limit = limit;
  }
  return query;
}

/** Failures of the service in the words of the portal's own API. */
function problemOf(error: unknown): unknown {
  if (!(error instanceof KubeError)) return error;
  if (error.code === 404) return new NotFoundError(error.message);
  if (error.code === 403) return new NotAllowedError(error.message);
  return error.code < 500 ? new InputError(error.message) : error;
}

/** What the pages read, and the Kubernetes-shaped API below `/kube`. */
export async function createRouter({ views, imports, kube, httpAuth, turnstile, connect }: RouterOptions): Promise<Router> {
  const router = PromiseRouter();
  router.use('/kube', (request, response) => kube(request, response));

  async function principal(request: Request): Promise<Principal> {
    const credentials = await httpAuth.credentials(request, { allow: ['user', 'service'] });
    const who = credentials.principal;
    if (who.type === 'user') return { kind: 'user', name: who.userEntityRef, groups: [], credentials };
    return { kind: 'service', name: who.subject, groups: [], credentials };
  }
  const read = (view: (who: Principal, request: Request) => Promise<unknown>): RequestHandler => async (request, response) => {
    try {
      const who = await principal(request);
      turnstile.countRequest(who);
      const body = await view(who, request);
      response.setHeader('Cache-Control', 'no-store');
      response.json(body);
    } catch (error) {
      if (error instanceof KubeError && error.code === 429) {
        response.status(429).set('Retry-After', '1').json({ error: { name: 'TooManyRequestsError', message: error.message } });
        return;
      }
      throw problemOf(error);
    }
  };

  router.get('/views/connect', read(async who => ({ ...connect, members: await views.members(who) })));
  router.get('/views/fleets', read(who => views.fleets(who)));
  router.get('/views/clusters', read((who, request) => views.clusters(who, listQuery(request))));
  router.get('/views/clusters/:name', read((who, { params }) => views.cluster(who, params.name)));
  importRoutes(router, read, imports);
  router.get('/views/applications', read((who, request) => views.applications(who, listQuery(request))));
  router.get('/views/placements/:kind/:namespace/:name', read((who, { params }) => views.placement(who, params.kind, params.namespace, params.name)));
  router.get(
    '/views/placements/:kind/:namespace/:name/:component/verdicts/:cluster',
    read((who, { params }) => views.verdict(who, params.kind, params.namespace, params.name, params.component, params.cluster)),
  );
  return router;
}
