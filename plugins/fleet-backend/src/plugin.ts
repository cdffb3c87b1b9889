import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { FLEET_PLUGIN_ID, fleetPermissions, KUBE_PATH } from '@flotilla/backstage-plugin-fleet-common';
import { Turnstile } from '@flotilla/kube-api';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { createRouter, kubeHandler, listenKube, registerImportWorkloads, registerJoinCluster } from './api';
import { createClusterDirectory } from './clusters';
import { readFleetConfig } from './config';
import { createClusterObserver, systemClock } from './observe';
import { impersonation, permissionRules, resourceRef, startHub } from './service';
import { openStores } from './store/openStores';

/**
 * The control plane of a fleet of Kubernetes clusters: a Kubernetes-shaped API, the engine that follows it, and the pages' reads.
 *
 * @public
 */
export const fleetPlugin = createBackendPlugin({
  pluginId: 'fleet',
  register(env) {
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        signals: signalsServiceRef,
        userInfo: coreServices.userInfo,
      },
      async init({ actionsRegistry, auth, config, database, discovery, httpAuth, httpRouter, lifecycle, logger, permissions, permissionsRegistry, signals, userInfo }) {
        const settings = readFleetConfig(config);
        const ending = new AbortController();
        const knex = await database.getClient();
        const stores = await openStores({
          knex,
          encryption: settings.encryption,
          now: Date.now,
          signal: ending.signal,
          migrate: !database.migrations?.skip,
          activity: settings.activity,
          onNotice: message => logger.info(message),
          onError: error => logger.error('background work of the store failed; it goes on', error as Error),
        });
        const hubId = await stores.instanceId();
        const directory = createClusterDirectory({ policy: settings.addresses, userAgent: 'flotilla', now: Date.now });
        const observer = await createClusterObserver({ directory, facts: stores.facts, reachability: stores.reachability, hub: hubId, toBeShown: settings.seeThrough });
        const hub = await startHub({ stores, directory, observer, clock: systemClock, logger, permissions, settings, hubId, signal: ending.signal, impersonated: settings.impersonate ? impersonation(userInfo) : undefined });

        permissionsRegistry.addResourceType({
          resourceRef,
          permissions: fleetPermissions,
          rules: Object.values(permissionRules),
          getResources: hub.resourcesByRef,
        });
        registerJoinCluster({ ...hub, actionsRegistry, auth });
        registerImportWorkloads({ ...hub, actionsRegistry, auth });
        const turnstile = new Turnstile(settings.limits);
        const handler = kubeHandler({ ...hub, auth, turnstile, maxBodyBytes: settings.limits.bodyBytes, logger });
        const listener = settings.listen && (await listenKube(handler, settings.listen));
        if (listener) logger.info(`kubectl is served at ${listener.url}`);
        const external = await discovery.getExternalBaseUrl(FLEET_PLUGIN_ID);
        const server = listener?.reachedAt ?? `${external}${KUBE_PATH}`;
        const connect = { server, certificateAuthority: listener?.ca, portal: new URL(external).origin, encrypted: server.startsWith('https:') };
        httpRouter.use(await createRouter({ views: hub.views, imports: hub.imports, kube: handler, httpAuth, turnstile, connect }));
        // Both check on their own: the Kubernetes API answers with a Status, whatever is wrong.
        httpRouter.addAuthPolicy({ path: '/kube', allow: 'unauthenticated' });
        const untell = hub.onViewChange(version => {
          void signals.publish({ channel: 'fleet', recipients: { type: 'broadcast' }, message: { key: 'views', version } });
        });

        lifecycle.addShutdownHook(async () => {
          untell();
          await listener?.close();
          await hub.stop();
          ending.abort();
          await observer.close();
          directory.close();
          await stores.close();
        });
      },
    });
  },
});
