import type { ImportRequest, ImportView, Reason, StandingView } from '@flotilla/backstage-plugin-fleet-common';
import { forbidden, KubeError, kubeError, type KubeObject, type Principal, type RequestContext, type ResourceRegistry, type ResourceService } from '@flotilla/kube-api';
import { stringify } from 'yaml';
import { fleetOpenTo } from '../../model/allowed';
import { clusterMode } from '../../model/defaults';
import { keyOf } from '../../model/kinds';
import { KINDS, type Engine } from '../../reconcile/engine';
import { loadReferences } from '../../reconcile/loadReferences';
import type { Activity } from '../../store/types';
import { Sight } from '../views/Sight';
import { draft, notesOn } from './draft';
import { gather } from './gather';
import { Look, type LookSources } from './Look';
import { standingIn } from './standingIn';
import { wishesIn, type WishSources } from './wishesIn';

/** More would make an Application that nobody oversees. */
const MOST_WORKLOADS = 50;

export interface ImportSources extends LookSources, Omit<WishSources, 'observer'> {
  observer: LookSources['observer'];
  /** With rights and audit: what is made is made as the person. */
  service: ResourceService;
  registry: ResourceRegistry;
  fleetNamespaces: Engine['fleetNamespaces'];
  record(activity: Activity): void;
  now(): number;
}

/**
 * Looks into clusters that somebody joined, says what stands there and what this hub would do to it, and makes an Application of what
 * runs. Nothing is written into a member from here: the engine adopts, by the rules that hold for every Application.
 */
export class Imports {
  constructor(private readonly from: ImportSources) {}

  /** What stands in a cluster, whose it is, and what is or would be placed there. @throws KubeError 403, 404, 503 */
  async standing(ctx: RequestContext, name: string): Promise<StandingView> {
    const { from } = this;
    const look = await this.#look(ctx, name, 'look');
    const [workloads, wishes] = await Promise.all([standingIn(look, from.hubId), wishesIn(from, look, ctx.principal)]);
    const may = await from.authority.reader(ctx.principal, { group: KINDS.application.group, resource: KINDS.application.resource }, 'create');
    const mode = clusterMode(look.cluster.spec ?? {});
    return { version: '', now: from.now(), cluster: name, mode, ...workloads, ...wishes, mayImport: may.all || may.why === '' };
  }

  /**
   * The Application that an import would make; makes it unless `dryRun` or something hinders it.
   * @throws KubeError 403, 404, 409 where the Application exists, 503
   */
  async import(ctx: RequestContext, request: ImportRequest, dryRun: boolean): Promise<ImportView> {
    const view = await this.#draft(ctx, request);
    if (dryRun || view.problems.length > 0) return view.view(false);
    const namespaces = this.from.registry.byKind('v1', 'Namespace')!;
    if (view.makesNamespace) {
      const made = this.from.service.create(ctx, { info: namespaces }, namespaceNamed(view.application!.metadata.namespace!), {});
      await made.catch(error => (isConflict(error) ? undefined : Promise.reject(error)));
    }
    const { apiVersion, kind, metadata } = view.application!;
    await this.from.service.create(ctx, { info: this.from.registry.byKind(apiVersion, kind)!, namespace: metadata.namespace }, view.application!, {});
    return view.view(true);
  }

  async #draft(ctx: RequestContext, request: ImportRequest) {
    const { from } = this;
    const clusters = [...new Set(request.workloads.map(each => each.cluster))].sort();
    const name = request.application ?? request.workloads[0]?.name ?? '';
    const tooMany: Reason[] = request.workloads.length > MOST_WORKLOADS ? [{ code: 'ImportTooMany', values: { n: request.workloads.length, most: MOST_WORKLOADS } }] : [];
    const looks = new Map<string, Look>();
    if (tooMany.length === 0) for (const cluster of clusters) looks.set(cluster, await this.#look(ctx, cluster, 'look to import'));
    const { namespace, groups, problems } = tooMany.length > 0 ? { namespace: '', groups: [], problems: tooMany } : await gather(from, looks, ctx.principal, request);
    const fleet = await this.#fleet(ctx.principal, request.fleet, namespace, clusters);
    const found = problems.length > 0 ? { components: [], problems: [] } : await draft(groups, { ...request, namespace, name }, fleet.name, from.hubId, application => loadReferences(from, application));
    const all = [...problems, ...(problems.length > 0 ? [] : fleet.problems), ...found.problems];
    const application = 'application' in found ? found.application : undefined;
    const makesNamespace = namespace !== '' && from.cache.get('', 'namespaces', '', namespace) === undefined;
    const warnings: string[] = [];
    if (application) all.push(...(await this.#try({ ...ctx, warn: text => void warnings.push(text) }, application, makesNamespace)));
    const modes = new Map([...looks].map(([cluster, look]) => [cluster, clusterMode(look.cluster.spec ?? {})] as const));
    const notes: Reason[] = [...(makesNamespace ? [{ code: 'ImportNamespaceMade', values: { namespace } }] : []), ...notesOn(groups, modes)];
    const view = (done: boolean): ImportView => ({
      application: { namespace, name }, manifest: application ? stringify(application, { lineWidth: 0 }) : '',
      components: found.components, problems: all, notes: application ? notes : [], warnings, done,
    });
    return { application, makesNamespace, problems: all, view };
  }

  /** The fleet that is to hold it: the one that is named, or the only one that can be meant and seen. */
  async #fleet(principal: Principal, said: string | undefined, namespace: string, clusters: readonly string[]): Promise<{ name?: string; problems: Reason[] }> {
    const { cache, authority, fleetNamespaces } = this.from;
    const all = cache.all(KINDS.fleet.group, KINDS.fleet.resource);
    const holds = (fleet: KubeObject) => clusters.every(cluster => (fleet.spec?.clusters ?? []).some((entry: { name: string }) => entry.name === cluster));
    const seen = (await new Sight(authority, principal).ofOrNone(KINDS.fleet, all)) ?? [];
    const fitting = seen.filter(fleet => holds(fleet) && fleetOpenTo(fleet, namespace, fleetNamespaces)).map(keyOf).sort();
    const values = { clusters: clusters.join(', '), namespace };
    if (said !== undefined && fitting.includes(said)) return { name: said, problems: [] };
    if (fitting.length === 0) return { problems: [{ code: 'ImportNoFleet', values }] };
    if (fitting.length > 1 || said !== undefined) return { problems: [{ code: 'ImportManyFleets', values: { ...values, fleets: fitting.join(', ') } }] };
    return { name: fitting[0], problems: [] };
  }

  /** What the API says to it, without making it. Rights that are missing are thrown. */
  async #try(ctx: RequestContext, application: KubeObject, makesNamespace: boolean): Promise<Reason[]> {
    const { service, registry } = this.from;
    const { namespace } = application.metadata;
    try {
      const info = registry.byKind(application.apiVersion, application.kind)!;
      if (!makesNamespace) await service.create(ctx, { info, namespace }, application, { dryRun: true });
      else {
        // Nothing can be tried in a namespace that is not there yet; the rights can be asked for.
        await service.create(ctx, { info: registry.byKind('v1', 'Namespace')! }, namespaceNamed(namespace!), { dryRun: true });
        const may = await this.from.authority.check(ctx.principal, 'create', { group: info.group, resource: info.resource, namespace, name: application.metadata.name });
        if (!may.allowed) throw forbidden(info, application.metadata.name!, may.why);
      }
      return [];
    } catch (error) {
      if (!(error instanceof KubeError) || error.code === 403 || error.code >= 500) throw error;
      const paths = (error.status.details?.causes ?? []).map(cause => cause.field).join(', ');
      return [{ code: 'ImportRefused', values: { said: error.message, why: paths } }];
    }
  }

  /** Who looked where is on record. */
  async #look({ principal }: RequestContext, cluster: string, verb: string): Promise<Look> {
    const record = (outcome: Activity['outcome'], why: string) =>
      this.from.record({ at: this.from.now(), actor: principal.name, verb, group: KINDS.cluster.group, resource: KINDS.cluster.resource, namespace: '', name: cluster, outcome, why });
    try {
      const look = await Look.into(this.from, principal, cluster);
      record('done', '');
      return look;
    } catch (error) {
      const refused = error instanceof KubeError && error.code < 500;
      record(refused ? 'refused' : 'failed', error instanceof KubeError ? error.message : 'internal error');
      throw error instanceof KubeError ? error : kubeError(500, 'InternalError', 'internal error');
    }
  }
}

const namespaceNamed = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const isConflict = (error: unknown) => error instanceof KubeError && error.code === 409;
