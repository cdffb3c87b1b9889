import type { Admission, AdmissionRequest, RequestContext, StatusCause } from '@flotilla/kube-api';
import { admit } from '../model/admit';
import type { World } from '../model/world';
import { placesClusterObject, type Authority, type Right, type RightAbout } from './rights';

/** Rights that depend on what an object says: asked here, where the final object is known, whichever verb made it. */
interface Asked {
  right: Right;
  about: RightAbout;
  /** Field of the object that asks for it. */
  path: string;
}

const clusters = (name?: string): RightAbout => ({ group: 'fleet.kurator.dev', resource: 'clusters', name });

function rightsOfCluster(request: AdmissionRequest): Asked[] {
  const ref = request.object?.spec?.kubeconfigRef;
  const before = request.old?.spec?.kubeconfigRef;
  if (!ref || (before?.name === ref.name && before?.namespace === ref.namespace)) return [];
  return [{ right: 'update', about: { group: '', resource: 'secrets', namespace: ref.namespace, name: ref.name }, path: 'spec.kubeconfigRef' }];
}

/** A new entry registers a cluster, or uses one that somebody registered. */
function rightsOfFleet(request: AdmissionRequest): Asked[] {
  const before = new Set((request.old?.spec?.clusters ?? []).map((entry: any) => `${entry.name} ${entry.kubeconfigRef?.name ?? ''}`));
  return (request.object?.spec?.clusters ?? []).flatMap((entry: any, i: number): Asked[] => {
    if (before.has(`${entry.name} ${entry.kubeconfigRef?.name ?? ''}`)) return [];
    if (!entry.kubeconfigRef) return [{ right: 'cluster.use', about: clusters(entry.name), path: `spec.clusters[${i}].name` }];
    const secret = { group: '', resource: 'secrets', namespace: request.namespace, name: entry.kubeconfigRef.name };
    return [
      { right: 'create', about: clusters(entry.name), path: `spec.clusters[${i}].kubeconfigRef` },
      { right: 'update', about: secret, path: `spec.clusters[${i}].kubeconfigRef` },
    ];
  });
}

const groupOf = (apiVersion: string | undefined) => (apiVersion?.includes('/') ? apiVersion.split('/')[0] : '');

/** What is placed from a system namespace, or is of a kind that reaches past its namespace. */
function rightsOfPlacing(request: AdmissionRequest, world: World): Asked[] {
  const spec = request.object?.spec ?? {};
  const kinds: { apiVersion?: string; kind: string; path: string }[] =
    request.info.kind === 'Application'
      ? (spec.components ?? []).map((each: any, i: number) => ({ apiVersion: each.template?.apiVersion, kind: each.template?.kind ?? each.type, path: `spec.components[${i}]` }))
      : (spec.resourceSelectors ?? []).map((each: any, i: number) => ({ ...each, path: `spec.resourceSelectors[${i}]` }));
  return kinds
    .filter(({ apiVersion, kind }) => {
      const namespaced = apiVersion === undefined || world.checks.isNamespaced(apiVersion, kind) !== false;
      return placesClusterObject({ group: groupOf(apiVersion), namespaced, namespace: request.namespace });
    })
    .map(({ path }) => ({ right: 'clusterobjects.place', about: { group: request.info.group, resource: request.info.resource, namespace: request.namespace, name: request.name }, path }));
}

/** A tunnel and a site use the clusters they name: whoever names another one anew needs the right to. */
function rightsOfNaming(fields: readonly string[]) {
  return (request: AdmissionRequest): Asked[] =>
    fields.flatMap(field => {
      const name = request.object?.spec?.[field];
      return name === undefined || request.old?.spec?.[field] === name ? [] : [{ right: 'cluster.use', about: clusters(name), path: `spec.${field}` }];
    });
}
const rightsOfTunnel = rightsOfNaming(['sourceCluster', 'targetCluster']);
const rightsOfSite = rightsOfNaming(['cluster']);

function rightsAskedBy(request: AdmissionRequest, world: World): Asked[] {
  switch (`${request.info.group}/${request.info.kind}`) {
    case 'fleet.kurator.dev/Cluster':
      return rightsOfCluster(request);
    case 'fleet.kurator.dev/Fleet':
      return rightsOfFleet(request);
    case 'apps.kurator.dev/Application':
    case 'policy.kurator.dev/PropagationPolicy':
      return rightsOfPlacing(request, world);
    case 'networking.kurator.dev/CrossClusterEndpoint':
      return rightsOfTunnel(request);
    case 'edge.kurator.dev/EdgeSite':
      return rightsOfSite(request);
    default:
      return [];
  }
}

/** The first right that is missing, as a 403 that names field and right. */
async function missingRight(ctx: RequestContext, authority: Authority, asked: Asked[]) {
  for (const each of asked) {
    const answer = await authority.check(ctx.principal, each.right, each.about);
    if (!answer.allowed) return { code: 403 as const, reason: 'Forbidden', message: `${each.path}: ${answer.why}` };
  }
  return undefined;
}

const isEngine = (request: AdmissionRequest) => request.principal.kind === 'system';

/** Says what a dry run would do; see `deletionPreview`. */
type Preview = (request: AdmissionRequest) => Promise<string[]>;

/**
 * Our own admission, after the schema: rules of the model, then rights by content.
 * @param world - made anew for each request, so that it is as true as the cache
 * @param preview - what a deletion would do in members, in words
 */
export function hubAdmission(world: () => World, authority: () => Authority, preview: Preview = async () => []): Admission {
  return async (ctx, request) => {
    if (request.subresource === 'status') return {};
    const now = world();
    const asked = request.operation === 'DELETE' || isEngine(request) ? [] : rightsAskedBy(request, now);
    const denied = await missingRight(ctx, authority(), asked);
    if (denied) return { denied };
    const admitted = admit({ operation: request.operation, object: request.object, old: request.old, world: now, byEngine: isEngine(request) });
    const causes: StatusCause[] = admitted.causes;
    return { warnings: [...admitted.warnings, ...(await preview(request))], causes, denied: admitted.denied };
  };
}
