import type { KubeObject } from '@flotilla/kube-api';
import { durationMs } from '../duration';
import { conditionOf, isGoing, isOver, isReady, remove, rfc3339, writeStatus, type Hands } from './hands';
import type { Snapshot } from './snapshot';

/** First pull of an image on a node; later starts there find it. */
const PULL_MS = { least: 1_500, most: 6_000, again: 100 };
const START_MS = 900;
/** How long a Job's pod works unless its annotation says otherwise. */
const WORK_MS = 30 * 60_000;
/** Annotations of a Job's pods: how long each works (`20s`), and with what exit code it ends. */
export const RUN_FOR = 'simulated.flotilla.dev/run-for';
export const EXIT_CODE = 'simulated.flotilla.dev/exit-code';

/** The kubelets of a cluster: pods bound to their nodes pull, start, become ready, and Jobs' pods end. */
export class Kubelets {
  /** Node and image of what has been pulled. */
  readonly #images = new Set<string>();
  /** By UID of the pod, when it will be ready. */
  readonly #readyAt = new Map<string, number>();
  readonly #addresses = new Map<string, number>();

  constructor(private readonly hands: Hands) {}

  /**
   * Looks at one pod.
   * @param wake - asks for another look at a time, in ms
   */
  async look(world: Snapshot, pod: KubeObject, wake: (at: number) => void): Promise<void> {
    const { nodeName } = pod.spec ?? {};
    if (!nodeName || isGoing(pod) || isOver(pod)) return;
    const node = world.nodes.find(each => each.metadata.name === nodeName);
    if (!node) await remove(this.hands, pod);
    else if (isReady(pod)) await this.#work(pod, wake);
    else await this.#start(pod, node, wake);
  }

  /** What is gone needs no remembering. */
  forget(uid: string): void {
    this.#readyAt.delete(uid);
  }

  async #start(pod: KubeObject, node: KubeObject, wake: (at: number) => void) {
    const uid = pod.metadata.uid!;
    const image = imageOn(pod);
    // A restart of this process begins the pull anew.
    const at = this.#readyAt.get(uid) ?? this.hands.now() + START_MS + (this.#images.has(image) ? PULL_MS.again : PULL_MS.least + this.hands.random() * (PULL_MS.most - PULL_MS.least));
    this.#readyAt.set(uid, at);
    if (this.hands.now() >= at) {
      this.#readyAt.delete(uid);
      await this.#run(pod, node);
      return;
    }
    wake(at);
    const hostIP = node.status?.addresses?.find((each: any) => each.type === 'InternalIP')?.address;
    await writeStatus(this.hands, pod, {
      phase: 'Pending',
      startTime: pod.status?.startTime ?? rfc3339(this.hands.now()),
      hostIP,
      hostIPs: hostIP && [{ ip: hostIP }],
      conditions: this.#conditions(pod, { PodScheduled: 'True', Initialized: 'True', ContainersReady: 'False', Ready: 'False' }, 'ContainersNotReady'),
      containerStatuses: containers(pod, { ready: false, started: false, state: { waiting: { reason: 'ContainerCreating' } } }),
    });
  }

  async #run(pod: KubeObject, node: KubeObject) {
    const podIP = pod.status?.podIP ?? this.#address(node);
    await writeStatus(this.hands, pod, {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: this.#conditions(pod, { PodScheduled: 'True', Initialized: 'True', ContainersReady: 'True', Ready: 'True' }),
      containerStatuses: containers(pod, { ready: true, started: true, state: { running: { startedAt: rfc3339(this.hands.now()) } } }),
    });
  }

  /** Jobs' pods end by themselves; others run until they are deleted. Times count from the start, so that a restart adds none. */
  async #work(pod: KubeObject, wake: (at: number) => void) {
    this.#images.add(imageOn(pod));
    if (!pod.metadata.ownerReferences?.some(owner => owner.kind === 'Job')) return;
    const exitCode = Number(pod.metadata.annotations?.[EXIT_CODE]) || 0;
    const { startedAt } = pod.status.containerStatuses[0].state.running;
    const end = Date.parse(startedAt) + (durationMs(pod.metadata.annotations?.[RUN_FOR]) ?? WORK_MS);
    if (this.hands.now() < end) {
      wake(end);
      return;
    }
    const terminated = { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt, finishedAt: rfc3339(this.hands.now()) };
    await writeStatus(this.hands, pod, {
      phase: exitCode ? 'Failed' : 'Succeeded',
      conditions: this.#conditions(pod, { PodScheduled: 'True', Initialized: 'True', ContainersReady: 'False', Ready: 'False' }, exitCode ? 'PodFailed' : 'PodCompleted'),
      containerStatuses: containers(pod, { ready: false, started: false, state: { terminated } }),
    });
  }

  #conditions(pod: KubeObject, states: Record<string, 'True' | 'False'>, reason?: string) {
    return Object.entries(states).map(([type, status]) => {
      const before = conditionOf(pod, type);
      const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(this.hands.now());
      return { type, status, lastTransitionTime, ...(status === 'False' && reason ? { reason } : {}) };
    });
  }

  /** The next address of the node's range; the range is large enough that one is free again when it comes round. */
  #address({ metadata, spec }: KubeObject): string {
    const next = ((this.#addresses.get(metadata.name!) ?? Math.floor(this.hands.random() * 250)) % 250) + 1;
    this.#addresses.set(metadata.name!, next);
    return `${(spec?.podCIDR ?? '10.244.0.0/24').replace(/\d+\/\d+$/, '')}${next + 1}`;
  }
}

const imageOn = ({ spec }: KubeObject) => `${spec.nodeName} ${spec.containers[0]?.image}`;

const containers = ({ spec }: KubeObject, status: object) => spec.containers.map(({ name, image }: any) => ({ name, image, imageID: image, restartCount: 0, ...status }));
