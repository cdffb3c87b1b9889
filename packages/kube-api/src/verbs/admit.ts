import { invalid, kubeError } from '../errors';
import type { AdmissionRequest, RequestContext } from '../service';
import type { KubeObject } from '../types';
import type { ServiceDeps } from './deps';

/**
 * Asks the host's admission. Warnings go to the caller.
 *
 * @returns the object to write (undefined for a delete)
 * @throws KubeError 422 with causes, or what `denied` says
 */
export async function admit(
  deps: ServiceDeps,
  ctx: RequestContext,
  request: Omit<AdmissionRequest, 'principal'>,
): Promise<KubeObject | undefined> {
  if (!deps.admission) return request.object;
  const answer = await deps.admission(ctx, { ...request, principal: ctx.principal });
  answer.warnings?.forEach(warning => ctx.warn(warning));
  const { info, name } = request;
  if (answer.denied) {
    const { code, reason, message } = answer.denied;
    throw kubeError(code, reason, message, { name, group: info.group || undefined, kind: info.resource });
  }
  if (answer.causes?.length) throw invalid(info, name, answer.causes);
  return answer.object ?? request.object;
}
