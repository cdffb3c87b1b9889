import { LABEL_CLUSTER } from '@flotilla/backstage-plugin-fleet-common';
import { timestamp, type KubeObject } from '@flotilla/kube-api';
import type { MemberKind, MemberObject, PodShown } from '../../observe/types';
import { memberInfoOf } from './kinds';
import { portalName } from './names';

const at = (milliseconds: number) => timestamp(new Date(milliseconds));

function podFields({ node, owner, phase, state, ready, containers, restarts, restartedAt, ip, message }: PodShown) {
  return {
    spec: { ...(node && { nodeName: node }), ...(owner && { owner }) },
    status: {
      phase, state, readyContainers: ready, containers, restarts,
      ...(restartedAt > 0 && { lastRestartTime: at(restartedAt * 1_000) }),
      ...(ip && { podIP: ip }),
      ...(message && { message }),
    },
  };
}

/**
 * A member's object as the portal serves it.
 *
 * @param seenAt - when it was last known to be true, milliseconds since the epoch
 * @param version - in place of its own: that of its end
 */
export function render(kind: MemberKind, cluster: string, object: MemberObject, seenAt: number | undefined, version = object.version): KubeObject {
  const info = memberInfoOf(kind);
  const { spec, status, ...fields } = (kind === 'Pod' ? podFields(object.shown as PodShown) : object.shown) as Record<string, any>;
  return {
    apiVersion: `${info.group}/${info.version}`,
    kind: info.kind,
    metadata: {
      name: portalName(cluster, object.name),
      ...(object.namespace && { namespace: object.namespace }),
      uid: object.uid,
      resourceVersion: String(version),
      ...(object.createdAt > 0 && { creationTimestamp: at(object.createdAt * 1_000) }),
      labels: { ...object.labels, [LABEL_CLUSTER]: cluster },
    },
    ...fields,
    spec: { cluster, name: object.name, ...spec },
    status: { ...status, ...(seenAt !== undefined && { lastSeenTime: at(seenAt) }) },
  };
}
