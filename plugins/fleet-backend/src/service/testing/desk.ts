import type { PermissionsService } from '@backstage/backend-plugin-api';
import { fleetPermissions } from '@flotilla/backstage-plugin-fleet-common';
import { KubeError, MemoryStorage, type KubeObject, type Principal, type RequestContext, type ResourceRegistry, type ResourceService, type Target } from '@flotilla/kube-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { MemberLog } from '../../observe/members/MemberLog';
import { HubCache } from '../../reconcile/HubCache';
import { CACHED_KINDS, worldOf } from '../../reconcile/world';
import type { World } from '../../model/world';
import { hubAdmission } from '../admission';
import { AuthorizedService } from '../AuthorizedService';
import { BackstageAuthority } from '../BackstageAuthority';
import { createHubApi, prepareHub, secretRules } from '../hubApi';
import { throughClusters } from '../members/throughClusters';
import { matchConditions } from '../permissionRules';
import { templateChecks } from '../templateChecks';

/** What a permission policy says to a user: per permission, yes, no, or under which conditions. */
export type Says = (permission: string) => boolean | object;

const ALL = fleetPermissions.map(permission => permission.name);
export const inNamespaces = (...namespaces: string[]) => ({ rule: 'IN_NAMESPACE', resourceType: 'fleet-resource', params: { namespaces } });

/** A permission framework in which each user's name is looked up in `policies`; who is not there is denied. */
function permissionsBy(policies: ReadonlyMap<string, Says>): PermissionsService {
  const answer = (name: string, permission: string) => {
    const said = policies.get(name)?.(permission) ?? false;
    if (typeof said !== 'boolean') return { result: AuthorizeResult.CONDITIONAL, pluginId: 'fleet', resourceType: 'fleet-resource', conditions: said };
    return { result: said ? AuthorizeResult.ALLOW : AuthorizeResult.DENY };
  };
  const decide = async (asked: { permission: { name: string } }[], { credentials }: any) => asked.map(({ permission }) => answer(credentials.principal.userEntityRef, permission.name));
  return { authorize: decide, authorizeConditional: decide } as unknown as PermissionsService;
}

export const user = (name: string): Principal => ({ kind: 'user', name, groups: [], credentials: { principal: { type: 'user', userEntityRef: name } } });
export const anonymous: Principal = { kind: 'anonymous', name: 'system:anonymous', groups: [] };
export const engine: Principal = { kind: 'system', name: 'flotilla-engine', groups: [] };
export const service = (subject: string, accessRestrictions?: object): Principal => ({
  kind: 'service', name: subject, groups: [], credentials: { principal: { type: 'service', subject, accessRestrictions } },
});
/** A static token as the demo's: restricted to this plugin, all its permissions. */
export const wholeToken = service('external:demo', { permissionNames: ALL });

/** The hub's API over memory, with rights and admission as in production, and what it holds at first. */
export class Desk {
  readonly storage = new MemoryStorage();
  readonly policies = new Map<string, Says>();
  /** What is seen in the members. */
  readonly objects = new MemberLog(Date.now(), () => Date.now());
  readonly #ending = new AbortController();
  service!: ResourceService;
  /** The verbs without rights. */
  inner!: ResourceService;
  #find!: (apiVersion: string, kind: string) => Target['info'];
  cache!: HubCache;
  registry!: ResourceRegistry;

  static async open(objects: KubeObject[] = []): Promise<Desk> {
    const desk = new Desk();
    await desk.#start();
    for (const object of objects) await desk.as(engine).create(object);
    return desk;
  }

  async #start() {
    const authority = throughClusters(new BackstageAuthority(permissionsBy(this.policies), matchConditions));
    const api = createHubApi(this.storage, this.objects, hubAdmission(() => world, () => authority), () => new Date());
    const checks: World['checks'] = {
      ...templateChecks(api.registry),
      refuseHost: () => undefined,
      isNamespaced: (apiVersion, kind) => api.registry.byKind(apiVersion, kind)?.namespaced,
    };
    this.cache = await HubCache.start(this.storage, CACHED_KINDS, error => {
      throw error;
    });
    const world = worldOf({ cache: this.cache, fleetNamespaces: ['kurator-system'], checks, debtOf: () => 0 });
    await prepareHub(api, this.storage, this.#ending.signal);
    this.registry = api.registry;
    this.inner = api.service;
    this.#find = (apiVersion, kind) => api.registry.byKind(apiVersion, kind)!;
    this.service = new AuthorizedService(api.service, authority, secretRules(() => this.cache));
  }

  target(object: { apiVersion: string; kind: string; metadata: { name?: string; namespace?: string } }, over: Partial<Target> = {}): Target {
    return { info: this.#find(object.apiVersion, object.kind), namespace: object.metadata.namespace, name: object.metadata.name, ...over };
  }

  /** The verbs as one person does them. */
  as(principal: Principal) {
    const ctx: RequestContext = { principal, userAgent: 'test', warn: () => undefined };
    const { service: api } = this;
    return {
      ctx,
      get: (of: KubeObject) => api.get(ctx, this.target(of)),
      list: async (of: KubeObject, namespace = of.metadata.namespace) => (await api.list(ctx, this.target(of, { name: undefined, namespace }), {})).items,
      create: (object: KubeObject, dryRun = false) => api.create(ctx, this.target(object, { name: undefined }), object, { dryRun }),
      update: async (object: KubeObject, over: Partial<Target> = {}, dryRun = false) => (await api.update(ctx, this.target(object, over), object, { dryRun })).object,
      apply: async (object: KubeObject, dryRun = false) => (await api.patch(ctx, this.target(object), { type: 'apply', body: object, force: true }, { fieldManager: 'test', dryRun })).object,
      patch: async (of: KubeObject, type: 'merge' | 'json' | 'strategic', body: unknown, dryRun = false) => (await api.patch(ctx, this.target(of), { type, body }, { dryRun })).object,
      delete: (of: KubeObject, dryRun = false) => api.delete(ctx, this.target(of), { dryRun }),
      deleteAll: async (of: KubeObject, dryRun = true) => (await api.deleteCollection(ctx, this.target(of, { name: undefined }), {}, { dryRun })).items,
      watch: (of: KubeObject, signal: AbortSignal) => api.watch({ ...ctx, signal }, this.target(of, { name: undefined }), { sendInitialEvents: true, allowBookmarks: true, resourceVersion: '' }),
    };
  }

  async close() {
    this.#ending.abort();
    await this.cache.stop();
  }
}

/** `yes`, or the code of the refusal. */
export async function answerOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'yes';
  } catch (error) {
    if (error instanceof KubeError) return String(error.code);
    throw error;
  }
}
