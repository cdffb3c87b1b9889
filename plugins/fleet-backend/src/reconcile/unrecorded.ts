import type { Finding } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import type { Work } from '../model/work';
import type { Engine } from './engine';
import { isOurs, liveKey } from './inMember';
import { rfc3339 } from './records';

const CODE = 'NotOnRecord';
const NAMED = 5;

/**
 * Objects in a member that carry this hub's mark without a record of them: placed after the backup that was put back, or
 * released. Nobody wished them away, so they stay; whoever applies their owner again takes them up where they stand.
 */
export function unrecordedIn(engine: Engine, cluster: KubeObject, works: readonly Work[]): Finding[] {
  const recorded = new Set(works.map(liveKey));
  const strays = [...engine.observer.live(cluster.metadata.name!)]
    .filter(([key, live]) => isOurs(live, engine.hubId) && !live.metadata.deletionTimestamp && !recorded.has(key))
    .map(([, { kind, metadata }]) => `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`)
    .sort();
  if (strays.length === 0) return [];
  const named = strays.slice(0, NAMED).join(', ') + (strays.length > NAMED ? ` and ${strays.length - NAMED} more` : '');
  const known = (cluster.status?.findings as Finding[] | undefined)?.find(({ code }) => code === CODE);
  return [{
    code: CODE, severity: 'warning', path: 'status',
    because: `${named} carry this hub's mark and are not on record (placed after a backup that was put back, or released): they are left running. Apply their owner again to take them up, or delete them in the cluster`,
    since: known?.since ?? rfc3339(engine.clock.now()),
  }];
}
