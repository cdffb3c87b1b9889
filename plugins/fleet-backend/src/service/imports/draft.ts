import type { ImportedComponent, ImportRequest, Reason } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { diffObjects } from '../../diff';
import { foreseenOn } from '../../dispatch/foresee';
import { carried, componentFrom, HAS_REPLICAS, versionOfKind, type Carried } from '../../workloads/importing';
import { renderFor } from '../../workloads/render';
import { targetsOf } from '../../workloads/targets';
import type { Reference } from '../../workloads/types';
import { foreseenLine } from './foreseenLine';
import type { Group, Standing } from './gather';

const APPLICATION = { apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application' };
/** The owner of targets that are only drafted. */
const DRAFTED = 'drafted';
const NAMED = 5;

const named = (paths: readonly string[]) => paths.slice(0, NAMED).join(', ') + (paths.length > NAMED ? ', …' : '');
const sharesOf = ({ standing, kind }: Group) => standing.map(({ cluster, live }) => ({ cluster, replicas: HAS_REPLICAS.has(kind) ? (live.spec?.replicas ?? 1) : 1 }));

const asObject = (kind: string, { template }: Carried): KubeObject => ({ apiVersion: versionOfKind(kind), kind, metadata: {}, ...structuredClone(template) });

/** Where two clusters' objects differ in what would be carried, either way. */
function unlike(kind: string, one: Carried, other: Carried): string[] {
  const [a, b] = [asObject(kind, one), asObject(kind, other)];
  return [...new Set([...diffObjects(a, b), ...diffObjects(b, a)].map(change => change.path))].sort();
}

interface Drafted {
  component?: object;
  of: Group;
  carried: Carried;
  problems: Reason[];
}

function draftComponent(group: Group, adoption: 'IfNoDiff' | 'Always'): Drafted {
  const { kind, name, standing } = group;
  const [first, ...others] = standing.map(each => carried(each.live));
  const problems: Reason[] = [];
  others.forEach((other, i) => {
    const paths = unlike(kind, first, other);
    if (paths.length > 0) problems.push({ code: 'ImportUnlike', values: { kind, name, cluster: standing[0].cluster, other: standing[i + 1].cluster, paths: named(paths) } });
  });
  if (kind === 'Job' && others.length > 0) problems.push({ code: 'ImportOnce', values: { name, clusters: standing.map(each => each.cluster).join(', ') } });
  const shares = sharesOf(group);
  const component = componentFrom(kind, name, first, shares, adoption);
  if (!component) problems.push({ code: 'ImportShares', values: { kind, name, shares: shares.map(each => `${each.cluster} ${each.replicas}`).join(', ') } });
  return { component, of: group, carried: first, problems };
}

export interface Draft {
  /** Absent where there are problems that leave none to be made. */
  application?: KubeObject;
  components: ImportedComponent[];
  problems: Reason[];
}

/**
 * The Application that says what runs, and what applying it would do to each object: nothing but our marks, unless `problems` says where.
 * @param references - ConfigMaps and Secrets of the hub that the components name: copies of them would travel and change the pods
 */
export async function draft(
  groups: readonly Group[],
  request: ImportRequest & { namespace: string; name: string },
  fleet: string | undefined,
  hub: string,
  references: (application: KubeObject) => Promise<Reference[]>,
): Promise<Draft> {
  const adoption = request.adoption ?? 'IfNoDiff';
  const drafted = groups.map(group => draftComponent(group, adoption));
  const problems = drafted.flatMap(each => each.problems);
  const plain = drafted.map(({ of, carried: { leftOut } }) => ({ name: of.name, kind: of.kind, objects: [], leftOut: [...leftOut, ...of.beside] }));
  if (problems.length > 0 || drafted.length === 0) return { components: plain, problems };
  const metadata = { name: request.name, namespace: request.namespace };
  const spec = { ...(fleet ? { destination: { fleet } } : {}), components: drafted.map(each => each.component) };
  const application: KubeObject = { ...APPLICATION, metadata, spec };
  const owned = { ...application, metadata: { ...metadata, uid: DRAFTED } };
  const targets = targetsOf(owned, await references(owned));
  const components = drafted.map(({ of, component }, i): ImportedComponent => {
    const { replicas } = (component as any).template.spec ?? {};
    const objects = of.standing.map(each => {
      const share = HAS_REPLICAS.has(of.kind) ? (each.live.spec?.replicas ?? 1) : 1;
      // A copy of a ConfigMap that the hub has would be a new object, and shows in the workload as a changed name.
      const wanted = renderFor(targets[i], share, hub).at(-1)!;
      const foreseen = foreseenOn({ object: wanted, hub, adoption, leave: each.scaler ? ['spec.replicas'] : [], memberUid: '' }, each.live);
      return foreseenLine(each.cluster, wanted, foreseen, hub);
    });
    return { ...plain[i], ...(replicas === undefined ? {} : { replicas }), objects };
  });
  return { application, components, problems: components.flatMap(differences) };
}

/** What IfNoDiff would leave alone. */
function differences({ objects }: ImportedComponent): Reason[] {
  return objects
    .filter(each => each.would !== 'adopt')
    .map(({ kind, name, cluster, changes }) => ({ code: 'ImportDiffers', values: { kind, name, cluster, paths: named(changes.map(change => change.path)) } }));
}

/** What is worth knowing before. */
export function notesOn(groups: readonly Group[], modes: ReadonlyMap<string, 'Observe' | 'Manage'>): Reason[] {
  const scaled = groups.flatMap(({ kind, name, standing }) => standing.filter((each): each is Standing & { scaler: string } => each.scaler !== undefined).map(each => ({ code: 'ImportScaled', values: { kind, name, cluster: each.cluster, autoscaler: each.scaler } })));
  const observed = [...modes].filter(([, mode]) => mode === 'Observe').map(([cluster]) => ({ code: 'ImportObserves', values: { cluster } }));
  return [...observed, ...scaled, { code: 'ImportDeletes', values: {} }];
}
