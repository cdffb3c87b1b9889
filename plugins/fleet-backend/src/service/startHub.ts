import type { LoggerService, PermissionsService } from '@backstage/backend-plugin-api';
import { startEventExpiry, startGarbageCollector, startNamespaceController, type ResourceRegistry, type ResourceService } from '@flotilla/kube-api';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { refuseHost } from '../clusters';
import type { ClusterDirectory } from '../clusters/types';
import type { FleetSettings } from '../config';
import type { Trace } from '../dispatch';
import type { World } from '../model/world';
import type { ClusterObserver } from '../observe/types';
import type { Stores } from '../store/types';
import { HubCache } from '../reconcile/HubCache';
import type { Clock } from '../reconcile/ReconcileLoop';
import { startEngine } from '../reconcile/startEngine';
import { KINDS, type Engine } from '../reconcile/engine';
import { CACHED_KINDS, worldOf } from '../reconcile/world';
import { templateChecks } from './templateChecks';
import { hubAdmission } from './admission';
import { auditedService } from './AuditedService';
import { AuditTrail } from './auditTrail';
import { AuthorizedService } from './AuthorizedService';
import { BackstageAuthority } from './BackstageAuthority';
import { MemberDoor, type DoorOptions } from './members/MemberDoor';
import { tellUnseen } from './members/tellUnseen';
import { Imports } from './imports/Imports';
import { throughClusters } from './members/throughClusters';
import { deletionPreview, type Placements } from './deletionPreview';
import { ObjectQuota, withinQuota } from './objectQuota';
import { createHubApi, prepareHub, secretRules } from './hubApi';
import { withLastSeen } from './liveClusters';
import { matchConditions, resourceOfRef, type FleetResource } from './permissionRules';
import type { Authority } from './rights';
import { FleetViews } from './views/FleetViews';

export interface HubOptions {
  stores: Stores;
  directory: ClusterDirectory;
  observer: ClusterObserver;
  clock: Clock;
  logger: LoggerService;
  permissions: PermissionsService;
  settings: FleetSettings;
  hubId: string;
  signal: AbortSignal;
  /** Whom the portal's account impersonates in members for whoever passes through; absent: nobody. */
  impersonated?: DoorOptions['impersonated'];
  /** Told of each remote write; tests end the process there. */
  trace?: Trace;
}

export interface Hub {
  registry: ResourceRegistry;
  /** With rights and audit: what every way in uses. */
  service: ResourceService;
  authority: Authority;
  /** The permissioned way into the members. */
  door: MemberDoor;
  /** Looks into members, and makes Applications of what runs there. */
  imports: Imports;
  views: FleetViews;
  resourcesByRef(refs: string[]): Promise<(FleetResource | undefined)[]>;
  /** What carries out the wishes; undefined where another process does. */
  engine: Engine | undefined;
  /** Called, at most once a second, when what the pages show may have changed. */
  onViewChange(listener: (version: string) => void): () => void;
  stop(): Promise<void>;
}

/** Holder of the engine's lease. A SQLite file has one process only, which so takes its own lease back after a crash at once. */
const holderName = (stores: Stores) => (stores.shared ? `${hostname()}-${process.pid}-${randomUUID()}` : 'the-only-process');

/** Opens the API over the stores, then starts the engine on it. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { stores, directory, observer, clock, logger, settings, signal } = options;
  const log = (message: string, error: unknown) => logger.error(message, error as Error);
  const authority = throughClusters(new BackstageAuthority(options.permissions, matchConditions));
  const debts = new Map<string, number>();
  const placements: Placements = {
    inNamespace: namespace => cache.inNamespace(namespace),
    clusters: () => world.clusters,
    decisions: () => cache.all(KINDS.decision.group, KINDS.decision.resource),
  };
  const admission = hubAdmission(() => world, () => authority, request => deletionPreview(stores.works, request, placements));
  const quota = new ObjectQuota(stores.resources, settings.limits.objectsPerNamespace);
  const api = createHubApi(stores.resources, observer.objects, withinQuota(quota, admission), () => new Date(clock.now()));
  const checks: World['checks'] = {
    ...templateChecks(api.registry),
    refuseHost: url => refuseHost(url, settings.addresses),
    isNamespaced: (apiVersion, kind) => api.registry.byKind(apiVersion, kind)?.namespaced,
  };
  const cache = await HubCache.start(stores.resources, CACHED_KINDS, error => log('following the hub’s objects broke; it begins again', error));
  const world = worldOf({ cache, fleetNamespaces: settings.fleetNamespaces, checks, debtOf: cluster => debts.get(cluster) ?? 0 });
  await prepareHub(api, stores.resources, signal);

  const trail = new AuditTrail(stores.activity, (error, lost) => log(`${lost} entries of the audit trail were not written`, error));
  const secrets = secretRules(() => cache);
  const authorized = new AuthorizedService(withLastSeen(api.service, observer), authority, secrets);
  const clusters = () => cache.all(KINDS.cluster.group, KINDS.cluster.resource);
  const service = auditedService(tellUnseen(authorized, { clusters, authority, observer }), trail.record, () => clock.now());
  const clusterOf = (name: string) => clusters().find(each => each.metadata.name === name);
  const door = new MemberDoor({ directory, observer, authority, clusterOf, redact: secrets.redact, record: trail.record, now: () => clock.now(), impersonated: options.impersonated });
  const { hubId } = options;
  const { fleetNamespaces } = settings;
  const imports = new Imports({ cache, stores, world, directory, observer, authority, clusterOf, service, registry: api.registry, fleetNamespaces, hubId, record: trail.record, now: () => clock.now() });
  const controllers = { storage: stores.resources, registry: api.registry, service: api.service, signal, log };
  startGarbageCollector(controllers);
  startNamespaceController(controllers);
  startEventExpiry(controllers);

  const running = settings.engine
    ? startEngine({
        cache, stores, directory, observer, clock, logger, world,
        hub: api.service,
        registry: api.registry,
        hubId: options.hubId,
        holder: holderName(stores),
        fleetNamespaces: settings.fleetNamespaces,
        resourceAliases: settings.resourceAliases,
        clusterDefaults: settings.clusterDefaults,
        debts,
        trace: options.trace,
      })
    : undefined;
  const views = new FleetViews({ cache, stores, observer, authority, clock, clusterDefaults: settings.clusterDefaults });
  return {
    registry: api.registry,
    service,
    authority,
    door,
    imports,
    views,
    engine: running?.engine,
    resourcesByRef: async refs => refs.map(resourceOfRef),
    onViewChange: listener => views.onChange(listener),
    async stop() {
      await running?.stop();
      await cache.stop();
      await trail.flush();
    },
  };
}
