import { randomUUID, createHash } from 'node:crypto';
import { kindDefinitions, MEMBERS_GROUP } from '@flotilla/backstage-plugin-fleet-common';
import { createRegistry, createResourceService, followCrds, KubeError, systemContext, type Admission, type KubeObject, type Registry, type ResourceService, type ResourceStorage, type Target } from '@flotilla/kube-api';
import { canonicalJson } from '../model/hash';
import { isKubeconfigSecret, kubeconfigSecrets, redactSecret } from '../model/redactSecret';
import type { HubCache } from '../reconcile/HubCache';
import { KINDS } from '../reconcile/engine';
import type { MemberObjects } from '../observe/types';
import type { SecretRules } from './AuthorizedService';
import { memberInfos } from './members/kinds';
import { MemberStorage } from './members/MemberStorage';

/** Namespaces every hub has. */
const NAMESPACES = ['default', 'kurator-system'];
const context = systemContext('flotilla');

export interface HubApi {
  registry: Registry;
  /** All verbs, asking nobody for rights. */
  service: ResourceService;
}

const proxied = ({ group, resource }: { group: string; resource: string }) => group === KINDS.cluster.group && resource === KINDS.cluster.resource;

/** One API of two: what is stored here, and what is seen in the members. */
function joined(hub: ResourceService, members: ResourceService): ResourceService {
  const of = ({ info }: Target) => (info.group === MEMBERS_GROUP ? members : hub);
  return {
    get: (ctx, target) => of(target).get(ctx, target),
    list: (ctx, target, request) => of(target).list(ctx, target, request),
    watch: (ctx, target, request) => of(target).watch(ctx, target, request),
    create: (ctx, target, object, options) => of(target).create(ctx, target, object, options),
    update: (ctx, target, object, options) => of(target).update(ctx, target, object, options),
    patch: (ctx, target, patch, options) => of(target).patch(ctx, target, patch, options),
    delete: (ctx, target, options) => of(target).delete(ctx, target, options),
    deleteCollection: (ctx, target, request, options) => of(target).deleteCollection(ctx, target, request, options),
  };
}

/** The registry with our kinds, and the verbs over the store and over what is seen in the members. */
export function createHubApi(storage: ResourceStorage, objects: MemberObjects, admission: Admission, now: () => Date): HubApi {
  // Our kinds are stored as sent: defaults act on read, so that an apply of the same manifest is never a change.
  const registry = createRegistry({ kinds: 'hub', storedAsSent: group => group.endsWith('.kurator.dev'), aggregated: memberInfos, proxied });
  for (const crd of kindDefinitions) registry.addCrd(crd as unknown as KubeObject);
  const serve = (from: ResourceStorage) => createResourceService({ storage: from, registry, admission, now, uid: randomUUID });
  return { registry, service: joined(serve(storage), serve(new MemberStorage(objects))) };
}

const exists = (error: unknown) => error instanceof KubeError && error.code === 409;

/** Brings the hub's own definitions and namespaces to this version's, and serves the definitions users added. */
export async function prepareHub({ registry, service }: HubApi, storage: ResourceStorage, signal: AbortSignal): Promise<void> {
  const crds = registry.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition')!;
  for (const crd of kindDefinitions) {
    await service.patch(context, { info: crds, name: crd.metadata.name }, { type: 'apply', body: crd, force: true }, { fieldManager: 'flotilla' });
  }
  await followCrds(storage, registry, signal);
  const namespaces = registry.byKind('v1', 'Namespace')!;
  for (const name of NAMESPACES) {
    await service
      .create(context, { info: namespaces }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, {})
      .catch(error => (exists(error) ? undefined : Promise.reject(error)));
  }
}

/** Which Secrets are ways into clusters, from the objects that name them. */
export function secretRules(cache: () => HubCache): SecretRules {
  const named = () => kubeconfigSecrets(cache().all(KINDS.fleet.group, KINDS.fleet.resource), cache().all(KINDS.cluster.group, KINDS.cluster.resource));
  return {
    isKubeconfig: secret => isKubeconfigSecret(secret, named()),
    redact: secret => redactSecret(secret, content => createHash('sha256').update(canonicalJson(content)).digest('hex')),
  };
}
