import { ANNOTATION_FLEET, ANNOTATION_POLICY } from '@flotilla/backstage-plugin-fleet-common';
import type { AdmissionRequest, KubeObject } from '@flotilla/kube-api';
import { deletionPolicy } from '../model/defaults';
import { keyOf } from '../model/kinds';
import type { Work } from '../model/work';
import type { WorkStore } from '../store/types';

/** A preview names so many objects; the rest is counted. */
const MOST = 20;

/** What the hub holds, as far as a preview needs it. */
export interface Placements {
  /** Applications and objects of a namespace that may have been placed. */
  inNamespace(namespace: string): readonly KubeObject[];
  clusters(): readonly KubeObject[];
  /** PlacementDecisions: each says fleet and policy in force, and whose it is. */
  decisions(): readonly KubeObject[];
}

const named = (work: Work) => `${work.kind} ${work.namespace ? `${work.namespace}/` : ''}${work.name} on ${work.cluster}`;

function lines(verb: string, works: readonly Work[]): string[] {
  const shown = works.slice(0, MOST).map(work => `${verb} ${named(work)}`);
  return works.length > MOST ? [...shown, `${verb} ${works.length - MOST} more objects`] : shown;
}

const verbOf = (spec: { deletionPolicy?: 'Orphan' | 'Delete' } | undefined) => (deletionPolicy(spec ?? {}) === 'Delete' ? 'would remove' : 'would leave running');

/** UIDs of what was placed under a fleet or policy. */
const ownersUnder = (decisions: readonly KubeObject[], annotation: string, value: string, namespace?: string) =>
  new Set(
    decisions
      .filter(decision => decision.metadata.annotations?.[annotation] === value && (namespace === undefined || decision.metadata.namespace === namespace))
      .flatMap(decision => (decision.metadata.ownerReferences ?? []).map(owner => owner.uid)),
  );

const ofOwners = async (works: WorkStore, uids: Iterable<string>) => (await Promise.all([...uids].map(uid => works.byOwner(uid)))).flat();

/** What a deletion would do in the members, in words: `kubectl delete --dry-run=server` shows it as warnings. */
export async function deletionPreview(works: WorkStore, request: AdmissionRequest, placements: Placements): Promise<string[]> {
  const { old, info } = request;
  if (!request.dryRun || request.operation !== 'DELETE' || !old) return [];
  const standing = async (clusters: readonly string[]) => (await Promise.all(clusters.map(name => works.byCluster(name)))).flat().filter(work => work.state !== 'completed' && work.state !== 'tidying');
  switch (`${info.group}/${info.kind}`) {
    case 'fleet.kurator.dev/Cluster':
      return lines(verbOf(old.spec), await standing([old.metadata.name!]));
    case 'fleet.kurator.dev/Fleet':
      return lines(verbOf(old.spec), await ofOwners(works, ownersUnder(placements.decisions(), ANNOTATION_FLEET, keyOf(old))));
    case 'policy.kurator.dev/PropagationPolicy':
      return lines(verbOf(old.spec), await ofOwners(works, ownersUnder(placements.decisions(), ANNOTATION_POLICY, old.metadata.name!, old.metadata.namespace)));
    case '/Secret': {
      const reached = placements.clusters().filter(({ spec }) => spec?.kubeconfigRef?.name === old.metadata.name && spec.kubeconfigRef.namespace === old.metadata.namespace);
      const left = await standing(reached.map(cluster => cluster.metadata.name!));
      return [...lines('would leave running', left), ...lines('would remove', await works.byOwner(old.metadata.uid!))];
    }
    case '/Namespace':
      return lines('would remove', await ofOwners(works, placements.inNamespace(old.metadata.name!).map(owner => owner.metadata.uid!)));
    default:
      return lines('would remove', await works.byOwner(old.metadata.uid!));
  }
}
