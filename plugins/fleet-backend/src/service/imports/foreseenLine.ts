import type { ChangeLine, ObjectForeseen, Reason, WorkloadName } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Change } from '../../diff';
import type { Foreseen } from '../../dispatch/foresee';
import { whoseObject } from '../../model/whose';

/** Longest value shown whole. */
const LONGEST = 300;
const MOST_CHANGES = 200;

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

export const changeLines = (changes: readonly Change[]): ChangeLine[] =>
  changes.slice(0, MOST_CHANGES).map(({ path, kind, from, to }) => ({ path, kind, ...(from === undefined ? {} : { from: valueText(from) }), ...(to === undefined ? {} : { to: valueText(to) }) }));

function becauseOf(foreseen: Foreseen): Reason | undefined {
  if (foreseen.would === 'unknown') return { code: 'StaysUnknown', values: { said: foreseen.because } };
  if (foreseen.would !== 'leave') return undefined;
  const values: Reason['values'] = foreseen.owner ? { owner: foreseen.owner } : {};
  const code = { NotOurs: 'StaysNever', OtherHub: 'StaysOtherHub', Differs: 'StaysDiffers', BeingDeleted: 'StaysGoing' }[foreseen.why];
  return { code, values };
}

/** What was foreseen for one object, as it is told. */
export function foreseenLine(cluster: string, object: KubeObject, foreseen: Foreseen, hub: string): ObjectForeseen {
  const name: WorkloadName = { cluster, kind: object.kind, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
  const because = becauseOf(foreseen);
  const whose = 'live' in foreseen ? whoseObject(foreseen.live, hub) : undefined;
  return { ...name, would: foreseen.would, ...(whose ? { whose } : {}), ...(because ? { because } : {}), changes: 'changes' in foreseen ? changeLines(foreseen.changes) : [] };
}
