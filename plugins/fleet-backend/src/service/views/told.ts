import { SENTENCES, type EventLine, type FindingLine, type Reason } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';

/** What was said in English for kubectl, as a reason that a page can say in its reader's language too. */
function told(prefix: 'Condition' | 'Finding' | 'Run', code: string, said: string, values: Reason['values'] = {}): Reason {
  const known = `${prefix}.${code}`;
  return Object.hasOwn(SENTENCES, known) ? { code: known, values: { said, ...values } } : { code: `${prefix}.Other`, values: { said, what: code } };
}

/** Components that are not as wanted, in numbers: `model-inference 5/6`. */
function behind(object: KubeObject): string {
  const components: any[] = object.status?.components ?? [];
  return components.flatMap(({ name, ready = 0, replicas = 0 }) => (ready < replicas ? [`${name} ${ready}/${replicas}`] : [])).join(', ');
}

/** A condition's message. */
export const conditionReason = (object: KubeObject, { reason, message }: { reason?: string; message?: string }): Reason =>
  told('Condition', reason ?? '', message ?? '', { where: behind(object) });

export const conditionLines = (object: KubeObject) =>
  (object.status?.conditions ?? []).map((each: any) => ({ type: each.type, status: each.status, reason: each.reason, message: conditionReason(object, each), since: Date.parse(each.lastTransitionTime) || 0 }));

/** What a run in one cluster waits for; undefined when there is nothing to say. @param state - its word in `status.components` */
export const runReason = (state: string, message: string | undefined): Reason | undefined => (message ? told('Run', state, message) : undefined);

/** A member's own words for what is wrong. Kubernetes puts one of its words before them: that one needs no language. */
export function troubleReason(said: string | undefined): Reason | undefined {
  if (!said) return undefined;
  const what = /^([A-Z][A-Za-z]+)(:|$)/.exec(said)?.[1];
  return what ? { code: 'Trouble', values: { said, what } } : { code: 'TroubleWithoutWord', values: { said } };
}

const STEP = /([^.[\]]+)|\[(\d+)\]/g;
const MOST_SHOWN = 60;

/** What stands at a field, short enough for a sentence: a name, a number, a short list or object; '' for what is longer or not there. */
function valueAt(object: KubeObject, path: string): string {
  let at: any = object;
  for (const [, field, index] of path.matchAll(STEP)) at = at?.[field ?? Number(index)];
  if (at === undefined || at === null) return '';
  const text = typeof at === 'object' ? (at.name ?? plain(at)) : String(at);
  return text.length <= MOST_SHOWN ? text : '';
}

function plain(value: object): string {
  const parts = Object.entries(value);
  if (parts.some(([, each]) => typeof each === 'object')) return '';
  return Array.isArray(value) ? value.join(', ') : parts.map(([key, each]) => `${key}: ${each}`).join(', ');
}

export const findingLines = (object: KubeObject): FindingLine[] =>
  (object.status?.findings ?? []).map((finding: any) => ({ ...finding, because: told('Finding', finding.code, finding.because, { at: valueAt(object, finding.path ?? '') }) }));

/**
 * Events about one object, newest first.
 * @param sayings - reasons that an event may have told in English: a decision's own sentence stands in for its event
 */
export function eventLines(events: readonly KubeObject[], uid: string, sayings: ReadonlyMap<string, Reason> = new Map(), most = 20): EventLine[] {
  return events
    .filter(event => event.involvedObject?.uid === uid)
    .map(event => ({
      at: Date.parse(event.lastTimestamp ?? event.firstTimestamp ?? '') || 0,
      type: event.type === 'Warning' ? ('Warning' as const) : ('Normal' as const),
      reason: event.reason ?? '',
      message: sayings.get(event.message) ?? told('Condition', event.reason ?? '', event.message ?? ''),
      about: `${event.involvedObject?.kind} ${event.involvedObject?.name}`,
      count: event.count ?? 1,
    }))
    .sort((a, b) => b.at - a.at)
    .slice(0, most);
}
