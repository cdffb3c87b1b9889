import type { ImportRequest } from '@flotilla/backstage-plugin-fleet-common';
import { InputError } from '@backstage/errors';
// The zod that the actions registry takes shapes of.
import { z } from 'zod/v3';

const name = z.string().min(1).max(253);

const workload = z.object({
  cluster: z.string().min(1).max(63).describe('Cluster it runs in'),
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']),
  namespace: z.string().min(1).max(63).describe('Its namespace there, which becomes the Application\'s'),
  name,
}).strict();

/** What an import may be asked for, by whoever asks. */
export const importFields = {
  workloads: z.array(workload).min(1).max(200).describe('What is to be imported: workloads of one namespace, in one or more clusters. The same kind and name in several clusters becomes one component'),
  application: z.string().min(1).max(52).optional().describe('Name of the Application; the first workload\'s unless said'),
  fleet: z.string().min(1).max(317).optional().describe('The fleet, as namespace/name, where several hold the clusters'),
  adoption: z.enum(['IfNoDiff', 'Always']).default('IfNoDiff').describe('IfNoDiff takes over what would not change, Always whatever stands there'),
  related: z.boolean().default(true).describe('Services that select the pods and ConfigMaps that they name come along'),
  fromTools: z.boolean().default(false).describe('Takes over what Helm, Argo CD, Flux or another tool looks after as well'),
};

const body = z.object({ ...importFields, dryRun: z.boolean().default(true) }).strict();

/** A request's body as an import. @throws InputError that names field and cause */
export function readImportRequest(text: string): { request: ImportRequest; dryRun: boolean } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError('the body is not JSON');
  }
  const read = body.safeParse(json);
  if (!read.success) throw new InputError(read.error.issues.slice(0, 5).map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
  const { dryRun, ...request } = read.data;
  return { request, dryRun };
}
