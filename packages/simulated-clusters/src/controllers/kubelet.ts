import type { KubeObject } from '@flotilla/kube-api';
import { storyOf, type Story } from '../pods/story';
import { warn } from './events';
import { isGoing, isOver, isReady, remove, rfc3339, writeStatus, type Hands } from './hands';
import { isDown } from './nodes';
import { containerState, containerStatuses, podConditions, type Terminated } from './podStatus';
import type { Snapshot } from './snapshot';

type Wake = (at: number) => void;

/** First pull of an image on a node; later starts there find it. */
const PULL_MS = { least: 1_500, most: 6_000, again: 100 };
const START_MS = 900;
/** From the end of its grace backwards: containers end as soon as they are asked to. */
const STOP_MS = 1_000;
/** Doubled each time, as in Kubernetes; who ran for longer than `forget` begins anew. */
const BACKOFF_MS = { first: 10_000, limit: 300_000, forget: 600_000 };
/** So long a pull that failed is called an error, before it is called a wait. */
const ERROR_SHOWN_MS = 2_000;

/** How long after its end a container is started again. The first time it is at once. */
function restartDelay(restarts: number, { startedAt, finishedAt }: Terminated): number {
  if (restarts === 0 || Date.parse(finishedAt) - Date.parse(startedAt) >= BACKOFF_MS.forget) return START_MS;
  return Math.min(BACKOFF_MS.limit, BACKOFF_MS.first * 2 ** (restarts - 1));
}

/** A pull under way, or waited for. A restart of this process begins it anew. */
interface Pull {
  at: number;
  failures: number;
  /** What it has failed of was told, and is waited for next. */
  told: boolean;
}

/** The kubelets of a cluster: pods bound to their nodes pull, start, become ready, end, start again, and stop. */
export class Kubelets {
  /** Node and image of what has been pulled. */
  readonly #images = new Set<string>();
  readonly #pulls = new Map<string, Pull>();
  readonly #addresses = new Map<string, number>();

  constructor(private readonly hands: Hands) {}

  /** Looks at one pod. */
  async look(world: Snapshot, pod: KubeObject, wake: Wake): Promise<void> {
    const { nodeName } = pod.spec ?? {};
    if (!nodeName) return;
    const node = world.node(nodeName);
    if (!node) await remove(this.hands, pod, 0);
    else if (isDown(node)) return;
    else if (isGoing(pod)) await this.#stop(pod, wake);
    else if (!isOver(pod)) await this.#live(pod, node, wake);
  }

  /** What is gone needs no remembering. */
  forget(uid: string): void {
    this.#pulls.delete(uid);
    this.hands.traffic.forget(uid);
  }

  async #stop(pod: KubeObject, wake: Wake) {
    const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (deletionGracePeriodSeconds === 0) return;
    const at = Date.parse(deletionTimestamp!) - deletionGracePeriodSeconds * 1000 + STOP_MS;
    if (this.hands.now() < at) wake(at);
    else await remove(this.hands, pod, 0);
  }

  async #live(pod: KubeObject, node: KubeObject, wake: Wake) {
    const story = storyOf(pod);
    const known = containerState(pod);
    if (known?.state.running) return this.#watch(pod, story, wake);
    const ended = known?.state.terminated ?? known?.lastState?.terminated;
    if (!ended) return this.#pull(pod, node, story, wake);
    const at = Date.parse(ended.finishedAt) + restartDelay(known!.restartCount, ended);
    if (this.hands.now() < at) return wake(at);
    return this.#run(pod, node, story, { restartCount: known!.restartCount + 1, lastState: { terminated: ended } });
  }

  async #pull(pod: KubeObject, node: KubeObject, story: Story, wake: Wake) {
    const uid = pod.metadata.uid!;
    const pull = this.#pulls.get(uid) ?? { at: this.hands.now() + START_MS + this.#pullTime(pod), failures: 0, told: false };
    this.#pulls.set(uid, pull);
    if (this.hands.now() < pull.at) {
      wake(pull.at);
      if (!containerState(pod)) await this.#wait(pod, node, { reason: 'ContainerCreating' });
    } else if (story.missing) {
      await this.#failPull(pod, node, story.missing, pull);
      wake(pull.at);
    } else {
      this.#pulls.delete(uid);
      await this.#run(pod, node, story, { restartCount: 0, lastState: {} });
    }
  }

  #pullTime(pod: KubeObject): number {
    if (this.#images.has(imageOn(pod))) return PULL_MS.again;
    return PULL_MS.least + this.hands.random() * (PULL_MS.most - PULL_MS.least);
  }

  /** An error first, then a wait, in turn. */
  async #failPull(pod: KubeObject, node: KubeObject, image: string, pull: Pull) {
    const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    pull.told = !pull.told;
    if (pull.told) {
      pull.failures += 1;
      pull.at = this.hands.now() + ERROR_SHOWN_MS;
      await this.#wait(pod, node, { reason: 'ErrImagePull', message: why });
      await warn(this.hands, pod, 'Failed', `Failed to pull image "${image}": ${why}`, 'kubelet');
    } else {
      pull.at = this.hands.now() + Math.min(BACKOFF_MS.limit, BACKOFF_MS.first * 2 ** (pull.failures - 1));
      await this.#wait(pod, node, { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${why}` });
    }
  }

  async #wait(pod: KubeObject, node: KubeObject, waiting: { reason: string; message?: string }) {
    const hostIP = addressOf(node);
    await writeStatus(this.hands, pod, {
      phase: 'Pending',
      startTime: pod.status?.startTime ?? rfc3339(this.hands.now()),
      hostIP,
      hostIPs: hostIP && [{ ip: hostIP }],
      conditions: podConditions(pod, false, this.hands.now()),
      containerStatuses: containerStatuses(pod, { ready: false, started: false, state: { waiting } }),
    });
  }

  async #run(pod: KubeObject, node: KubeObject, story: Story, past: { restartCount: number; lastState: { terminated?: Terminated } }) {
    this.#images.add(imageOn(pod));
    const podIP = pod.status?.podIP ?? this.#address(node);
    const ready = story.readyAfterMs === 0;
    await writeStatus(this.hands, pod, {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: podConditions(pod, ready, this.hands.now()),
      containerStatuses: containerStatuses(pod, { ...past, ready, started: true, state: { running: { startedAt: rfc3339(this.hands.now()) } } }),
    });
  }

  /** A running pod becomes ready, and may end by itself. Times count from its start, so that a restart of this process adds none. */
  async #watch(pod: KubeObject, story: Story, wake: Wake) {
    this.#images.add(imageOn(pod));
    const { restartCount, lastState, state } = containerState(pod)!;
    const { startedAt } = state.running!;
    const end = Date.parse(startedAt) + (story.runForMs ?? Infinity);
    const ready = Date.parse(startedAt) + story.readyAfterMs;
    if (this.hands.now() >= end) return this.#end(pod, story, startedAt, restartCount);
    if (end < Infinity) wake(end);
    if (isReady(pod) || ready === Infinity) return undefined;
    if (this.hands.now() < ready) return wake(ready);
    return writeStatus(this.hands, pod, {
      conditions: podConditions(pod, true, this.hands.now()),
      containerStatuses: containerStatuses(pod, { restartCount, lastState, ready: true, started: true, state }),
    });
  }

  async #end(pod: KubeObject, { exitCode }: Story, startedAt: string, restartCount: number) {
    const terminated: Terminated = { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt, finishedAt: rfc3339(this.hands.now()) };
    const { restartPolicy = 'Always' } = pod.spec;
    this.hands.traffic.forget(pod.metadata.uid!);
    if (restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && exitCode === 0)) {
      await writeStatus(this.hands, pod, {
        phase: exitCode ? 'Failed' : 'Succeeded',
        conditions: podConditions(pod, false, this.hands.now(), exitCode ? 'PodFailed' : 'PodCompleted'),
        containerStatuses: containerStatuses(pod, { restartCount, ready: false, started: false, state: { terminated } }),
      });
      return;
    }
    const delay = restartDelay(restartCount, terminated);
    const { name, namespace, uid } = pod.metadata;
    const container = pod.spec.containers[0].name;
    const message = `back-off ${delay / 1000}s restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
    const state = delay === START_MS ? { terminated } : { waiting: { reason: 'CrashLoopBackOff', message } };
    await writeStatus(this.hands, pod, {
      conditions: podConditions(pod, false, this.hands.now()),
      containerStatuses: containerStatuses(pod, { restartCount, ready: false, started: false, state, lastState: delay === START_MS ? {} : { terminated } }),
    });
    if (state.waiting) await warn(this.hands, pod, 'BackOff', `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`, 'kubelet');
  }

  /** The next address of the node's range; the range is large enough that one is free again when it comes round. */
  #address({ metadata, spec }: KubeObject): string {
    const next = ((this.#addresses.get(metadata.name!) ?? Math.floor(this.hands.random() * 250)) % 250) + 1;
    this.#addresses.set(metadata.name!, next);
    return `${(spec?.podCIDR ?? '10.244.0.0/24').replace(/\d+\/\d+$/, '')}${next + 1}`;
  }
}

const imageOn = ({ spec }: KubeObject) => `${spec.nodeName} ${spec.containers[0]?.image}`;
const addressOf = (node: KubeObject) => node.status?.addresses?.find((each: any) => each.type === 'InternalIP')?.address;
