import type { ApplicationRow } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';

export const condition = (object: KubeObject, type: string): any => (object.status?.conditions ?? []).find((each: any) => each.type === type);

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

function stateOf(object: KubeObject): ApplicationRow['state'] {
  if (object.metadata.deletionTimestamp) return 'Terminating';
  if (condition(object, 'Scheduled')?.status === 'False') return 'NotScheduled';
  if (condition(object, 'Ready')?.status === 'True') return 'Ready';
  return condition(object, 'Reconciling')?.status === 'True' || !condition(object, 'Ready') ? 'Working' : 'NotReady';
}

/** The sentence that matters now: why it has no place, else what is awaited, else why it is where it is. */
function sentenceOf(object: KubeObject, state: ApplicationRow['state']): string {
  if (state === 'NotScheduled' || state === 'Ready') return condition(object, 'Scheduled')?.message ?? '';
  return condition(object, 'Ready')?.message ?? 'being decided';
}

/**
 * One line of the list, for an Application or for an object that a policy selected.
 * @param decisions - the PlacementDecisions it owns
 */
export function applicationRow(object: KubeObject, decisions: readonly KubeObject[]): ApplicationRow {
  const state = stateOf(object);
  const chosen = decisions.flatMap(each => (each.status?.verdicts ?? []).filter((verdict: any) => verdict.outcome === 'chosen'));
  const components: any[] = object.status?.components ?? [];
  const wanted = sum(decisions.map(each => each.spec?.replicas ?? 0));
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name!,
    kind: object.kind,
    fleet: object.status?.fleet ?? decisions[0]?.metadata.annotations?.['fleet.kurator.dev/fleet'] ?? '',
    state,
    sentence: sentenceOf(object, state),
    since: Date.parse((condition(object, 'Ready') ?? condition(object, 'Scheduled'))?.lastTransitionTime ?? object.metadata.creationTimestamp ?? '') || 0,
    components: object.kind === 'Application' ? (object.spec?.components ?? []).length : 1,
    clusters: [...new Set(chosen.map((verdict: any) => verdict.cluster as string))].sort(),
    wanted,
    ready: components.length > 0 ? sum(components.map(each => each.ready ?? 0)) : (object.status?.readyReplicas ?? 0),
    unplaced: sum(decisions.map(each => each.status?.unplaced ?? 0)),
    findings: (object.status?.findings ?? []).filter((finding: any) => finding.code !== 'Unsupported').length,
  };
}
