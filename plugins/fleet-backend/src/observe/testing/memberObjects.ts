import type { KubeObject } from '@flotilla/kube-api';

let uids = 0;

/** A pod as a member sends it, with what must never be shown. */
export function aMemberPod(name: string, over: { namespace?: string; uid?: string; labels?: Record<string, string>; node?: string; phase?: string; restarts?: number } = {}): KubeObject {
  const { namespace = 'shop', uid = `uid-${++uids}`, labels = { app: 'web' }, node = 'n1', phase = 'Running', restarts = 0 } = over;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name, namespace, uid, labels, creationTimestamp: '2026-01-01T00:00:00Z', annotations: { note: 'HIDDEN' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true }],
    },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'web:1', env: [{ name: 'PASSWORD', value: 'HIDDEN' }], args: ['--token=HIDDEN'] }] },
    status: {
      phase, podIP: '10.0.0.1',
      conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }],
      containerStatuses: [{ name: 'main', ready: phase === 'Running', restartCount: restarts, state: { running: {} }, lastState: restarts ? { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:10:00Z' } } : {} }],
    },
  };
}

/** An object of any kind of member with the same secrets in it. */
export function aMemberObject(kind: string, name: string, fields: object = {}, namespace: string | undefined = kind === 'Node' ? undefined : 'shop'): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace, uid: `uid-${++uids}`, annotations: { note: 'HIDDEN' } }, ...fields };
}

const template = { metadata: {}, spec: { containers: [{ name: 'main', image: 'web:1', env: [{ name: 'PASSWORD', value: 'HIDDEN' }], command: ['HIDDEN'] }], volumes: [{ name: 'v', secret: { secretName: 'HIDDEN' } }] } };
const workload = { spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template }, status: { replicas: 2, readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 } };

/** One object of each kind that is shown. */
export const oneOfEach = (): KubeObject[] => [
  aMemberPod('web-1'),
  aMemberObject('Node', 'n1', { spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.0', machineID: 'HIDDEN' }, allocatable: { cpu: '4' }, images: [{ names: ['HIDDEN'] }] } }),
  aMemberObject('Event', 'web-1.17', { involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1' }, type: 'Warning', reason: 'BackOff', message: 'Back-off restarting', count: 3, lastTimestamp: '2026-01-01T00:00:00Z' }),
  aMemberObject('Deployment', 'web', workload),
  aMemberObject('StatefulSet', 'db', workload),
  aMemberObject('DaemonSet', 'agent', { ...workload, status: { desiredNumberScheduled: 2, numberReady: 1 } }),
  aMemberObject('Job', 'once', { spec: { completions: 1, template }, status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } }),
];
