import type { Finding } from '@flotilla/backstage-plugin-fleet-common';
import { annotationCauses } from './admit/annotations';
import { applicationCauses } from './admit/application';
import { clusterCauses } from './admit/cluster';
import { deletionDenied, type Denial } from './admit/deletion';
import { fleetCauses } from './admit/fleet';
import { edgeSiteCauses, endpointCauses, networkPolicyCauses, partitionPolicyCauses, performanceProfileCauses, schedulingProfileCauses } from './admit/profiles';
import { policyCauses } from './admit/propagationPolicy';
import { findingsOf } from './findings';
import { canonicalJson } from './hash';
import type { KubeObject, StatusCause } from './kinds';
import type { World } from './world';

/** A write that is about to happen, after the schema was found to hold. */
export interface AdmitRequest {
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** Absent for a delete. */
  object?: KubeObject;
  /** Absent for a create. */
  old?: KubeObject;
  world: World;
  /** The engine writes. */
  byEngine?: boolean;
}

export interface Admitted {
  /** One line each, for `Warning:` headers. */
  warnings: string[];
  /** What refuses the write with 422; empty when nothing does. */
  causes: StatusCause[];
  /** What refuses it with 409. */
  denied?: Denial;
}

/** By kind; kinds that the engine alone writes (PlacementDecision, Rollout) and templates have only their annotations judged. */
type Judge = (object: KubeObject, request: AdmitRequest) => StatusCause[];

const JUDGES: Record<string, Judge> = {
  'fleet.kurator.dev/v1alpha1/Fleet': (object, { world }) => fleetCauses(object, world),
  'fleet.kurator.dev/v1alpha1/PerformanceProfile': performanceProfileCauses,
  'fleet.kurator.dev/v1alpha1/Cluster': (object, { world, old, byEngine }) => clusterCauses(object, old, world, byEngine ?? false),
  'apps.kurator.dev/v1alpha1/Application': (object, { world }) => applicationCauses(object, world),
  'policy.kurator.dev/v1alpha1/PropagationPolicy': (object, { world }) => policyCauses(object, world),
  'policy.kurator.dev/v1alpha1/NetworkPartitionPolicy': partitionPolicyCauses,
  'scheduling.kurator.dev/v1alpha1/SchedulingProfile': (object, { world }) => schedulingProfileCauses(object, world),
  'networking.kurator.dev/v1alpha1/CrossClusterEndpoint': endpointCauses,
  'networking.kurator.dev/v1alpha1/NetworkOptimizationPolicy': networkPolicyCauses,
  'edge.kurator.dev/v1alpha1/EdgeSite': edgeSiteCauses,
};

/** A refusal names so many causes; the rest is counted. */
const MOST = 100;

function listed(causes: StatusCause[]): StatusCause[] {
  if (causes.length <= MOST) return causes;
  return [...causes.slice(0, MOST), { reason: 'FieldValueTooMany', field: 'spec', message: `Too many: ${causes.length - MOST} more causes are not listed` }];
}

/** What is judged; labels, finalizers and status may change on an object that would not be admitted today. */
const judged = ({ spec, metadata }: KubeObject) => canonicalJson({ spec, annotations: metadata.annotations });

/**
 * Says whether a write is let in. What is wrong in itself is refused with a cause for each field; what may become true later,
 * or contradicts something else, comes back as a warning and stays as a finding. Calls nothing and changes nothing.
 */
export function admit(request: AdmitRequest): Admitted {
  const { operation, object, old, world } = request;
  if (operation === 'DELETE') return { warnings: [], causes: [], denied: old && deletionDenied(old, world) };
  if (!object || object.metadata.deletionTimestamp) return { warnings: [], causes: [] };
  const unchanged = old !== undefined && judged(old) === judged(object);
  const judge = JUDGES[`${object.apiVersion}/${object.kind}`];
  const causes = unchanged ? [] : listed([...annotationCauses(object), ...(judge?.(object, request) ?? [])]);
  const warnings = causes.length || request.byEngine ? [] : findingsOf(object, world).map(warningOf);
  return { warnings, causes };
}

/** A finding as the text of a `Warning:` header. */
export const warningOf = (finding: Pick<Finding, 'path' | 'because'>): string => `${finding.path}: ${finding.because}`;
