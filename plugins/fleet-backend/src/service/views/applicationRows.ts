import type { ApplicationRow, Reason } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { conditionReason } from './told';

export const condition = (object: KubeObject, type: string): any => (object.status?.conditions ?? []).find((each: any) => each.type === type);

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

function stateOf(object: KubeObject): ApplicationRow['state'] {
  if (object.metadata.deletionTimestamp) return 'Terminating';
  if (condition(object, 'Scheduled')?.status === 'False') return 'NotScheduled';
  if (condition(object, 'Ready')?.status === 'True') return 'Ready';
  return condition(object, 'Reconciling')?.status === 'True' || !condition(object, 'Ready') ? 'Working' : 'NotReady';
}

/** The sentence that matters now: why it has no place, else what is awaited, else why it is where it is. */
function sentenceOf(object: KubeObject, state: ApplicationRow['state'], wanted: number, clusters: readonly string[]): Reason {
  const scheduled = condition(object, 'Scheduled');
  if (state === 'Ready' && scheduled) return { code: 'PlacedOn', values: { said: scheduled.message, wanted, clusters: clusters.join(', ') } };
  const now = state === 'NotScheduled' ? scheduled : condition(object, 'Ready');
  return conditionReason(object, now ?? { reason: 'Deciding', message: 'being decided' });
}

/**
 * One line of the list, for an Application or for an object that a policy selected.
 * @param decisions - the PlacementDecisions it owns
 */
export function applicationRow(object: KubeObject, decisions: readonly KubeObject[]): ApplicationRow {
  const state = stateOf(object);
  const chosen = decisions.flatMap(each => (each.status?.verdicts ?? []).filter((verdict: any) => verdict.outcome === 'chosen'));
  const components: any[] = object.status?.components ?? [];
  const clusters = [...new Set(chosen.map((verdict: any) => verdict.cluster as string))].sort();
  const wanted = sum(decisions.map(each => each.spec?.replicas ?? 0));
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name!,
    kind: object.kind,
    fleet: object.status?.fleet ?? decisions[0]?.metadata.annotations?.['fleet.kurator.dev/fleet'] ?? '',
    state,
    sentence: sentenceOf(object, state, wanted, clusters),
    since: Date.parse((condition(object, 'Ready') ?? condition(object, 'Scheduled'))?.lastTransitionTime ?? object.metadata.creationTimestamp ?? '') || 0,
    components: object.kind === 'Application' ? (object.spec?.components ?? []).length : 1,
    clusters,
    wanted,
    ready: components.length > 0 ? sum(components.map(each => each.ready ?? 0)) : (object.status?.readyReplicas ?? 0),
    unplaced: sum(decisions.map(each => each.status?.unplaced ?? 0)),
    findings: (object.status?.findings ?? []).filter((finding: any) => finding.code !== 'Unsupported').length,
  };
}

export const APPLICATION_STATES: ApplicationRow['state'][] = ['Ready', 'Working', 'NotScheduled', 'NotReady', 'Terminating'];
