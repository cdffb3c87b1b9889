import { readBody, type Principal } from '@flotilla/kube-api';
import type { Request, RequestHandler, Router } from 'express';
import type { Imports } from '../service';
import { readImportRequest } from './importRequest';

const MOST_BYTES = 256 * 1024;

/** Ends the look when whoever asked is gone. */
function contextOf(principal: Principal, request: Request) {
  const gone = new AbortController();
  request.once('close', () => gone.abort());
  return { principal, signal: gone.signal, warn: () => undefined };
}

/** A look into a member, and the import of what runs there. Unlike the pages' other reads they ask the cluster, when a person does. */
export function importRoutes(router: Router, answer: (view: (who: Principal, request: Request) => Promise<unknown>) => RequestHandler, imports: Imports): void {
  router.get('/views/clusters/:name/standing', answer((who, request) => imports.standing(contextOf(who, request), request.params.name)));
  router.post('/imports', answer(async (who, request) => {
    const { request: asked, dryRun } = readImportRequest((await readBody(request, MOST_BYTES)).bytes.toString('utf8'));
    return imports.import(contextOf(who, request), asked, dryRun);
  }));
}
