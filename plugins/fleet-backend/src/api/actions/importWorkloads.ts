import type { AuthService, BackstageCredentials } from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { sentence, type ImportRequest, type ImportView } from '@flotilla/backstage-plugin-fleet-common';
import type { RequestContext } from '@flotilla/kube-api';
import type { Imports } from '../../service';
import { principalOf } from '../authenticate';
import { importFields } from '../importRequest';
import { refusal } from './refusal';

export interface ImportWorkloadsOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  /** It looks and makes as its caller. */
  imports: Pick<Imports, 'import'>;
}

/** The view in words. */
function told({ application, manifest, components, problems, notes, warnings, done }: ImportView) {
  return {
    done, application, manifest, warnings,
    problems: problems.map(each => sentence(each)),
    notes: notes.map(each => sentence(each)),
    components: components.map(({ name, kind, objects, leftOut }) => ({
      name, kind,
      clusters: objects.map(({ cluster, would, changes, because }) => ({ cluster, would, changes, ...(because ? { because: sentence(because) } : {}) })),
      leftOut: leftOut.map(({ path, because }) => `${path}: ${sentence(because)}`),
    })),
  };
}

/** Registers the action `import-workloads`: a dry run unless told otherwise. */
export function registerImportWorkloads({ actionsRegistry, auth, imports }: ImportWorkloadsOptions): void {
  actionsRegistry.register({
    name: 'import-workloads',
    title: 'Import running workloads',
    description: 'Makes an Application of workloads that run in joined clusters already, so that they are looked after from here: no pod restarts, nothing but marks changes. A dry run, the default, tells what would come of it, field by field, and makes nothing.',
    attributes: { readOnly: false, destructive: false, idempotent: false },
    schema: {
      input: z => z.object({ ...importFields, dryRun: z.boolean().default(true).describe('Only tells what would be made') }),
      output: z =>
        z.object({
          done: z.boolean(),
          application: z.object({ namespace: z.string(), name: z.string() }),
          manifest: z.string(),
          problems: z.array(z.string()),
          notes: z.array(z.string()),
          warnings: z.array(z.string()),
          components: z.array(z.object({ name: z.string(), kind: z.string(), clusters: z.array(z.any()), leftOut: z.array(z.string()) })),
        }),
    },
    action: async ({ input, credentials }: { input: any; credentials: BackstageCredentials }) => {
      const { dryRun, ...request }: ImportRequest & { dryRun: boolean } = input;
      const ctx: RequestContext = { principal: principalOf(auth, credentials), warn: () => undefined };
      try {
        return { output: told(await imports.import(ctx, request, dryRun)) };
      } catch (error) {
        throw refusal(error);
      }
    },
  });
}
