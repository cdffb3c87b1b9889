import { createHash } from 'node:crypto';
import type { KubeObject } from '@flotilla/kube-api';
import { make, rfc3339, write, type Hands } from './hands';

const EVENTS = { group: '', resource: 'events' };

/**
 * Tells of an object what goes wrong with it, as an Event; said again, it counts. What goes well is not told: a real
 * cluster's five Events for each pod that starts would be most of what a simulated one writes.
 */
export async function warn(hands: Hands, about: KubeObject, reason: string, message: string, component: string): Promise<void> {
  const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
  const hash = createHash('sha256').update(`${uid} ${reason} ${message}`).digest('hex').slice(0, 16);
  const key = { ...EVENTS, namespace, name: `${name}.${hash}` };
  const lastTimestamp = rfc3339(hands.now());
  const said = await hands.storage.get(key);
  if (said) {
    await write(hands, said, { count: (said.count ?? 1) + 1, lastTimestamp });
    return;
  }
  await make(hands, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: key.name, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace: about.metadata.namespace, uid, resourceVersion },
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstTimestamp: lastTimestamp,
    lastTimestamp,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  });
}
