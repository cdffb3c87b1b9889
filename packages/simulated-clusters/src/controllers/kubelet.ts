import type { KubeObject } from '@flotilla/kube-api';
import { isGoing, isOver, isReady, rfc3339, writeStatus, type Hands } from './hands';

/** First pull of an image on a node; later starts there find it. */
const PULL_MS = { least: 1_500, most: 6_000 };
const START_MS = 900;
/** How long a Job's pod works unless its annotation says otherwise. */
const WORK_MS = 30 * 60_000;
export const RUN_SECONDS = 'simulated.flotilla.dev/run-seconds';

/** The kubelets of a cluster: pods bound to their nodes pull, start, become ready, and Jobs' pods end. */
export class Kubelets {
  readonly #images = new Set<string>();
  readonly #starting = new Set<string>();

  constructor(
    private readonly hands: Hands,
    private readonly podNow: (uid: string, key: { namespace: string; name: string }) => Promise<KubeObject | undefined>,
  ) {}

  async look(pods: readonly KubeObject[]): Promise<void> {
    for (const pod of pods) {
      if (!pod.spec?.nodeName || isGoing(pod) || isOver(pod)) continue;
      if (isReady(pod)) this.#endLater(pod);
      else await this.#start(pod);
    }
  }

  async #start(pod: KubeObject) {
    const uid = pod.metadata.uid!;
    if (this.#starting.has(uid)) return;
    this.#starting.add(uid);
    const { spec } = pod;
    const image = `${spec.nodeName} ${spec.containers[0]?.image}`;
    const pull = this.#images.has(image) ? 100 : PULL_MS.least + this.hands.random() * (PULL_MS.most - PULL_MS.least);
    await writeStatus(this.hands, pod, {
      phase: 'Pending',
      startTime: rfc3339(this.hands.now()),
      hostIP: '10.0.0.1',
      conditions: [condition('PodScheduled', 'True', this.hands.now()), condition('Ready', 'False', this.hands.now(), 'ContainersNotReady')],
      containerStatuses: spec.containers.map((each: any) => ({ name: each.name, image: each.image, imageID: '', ready: false, restartCount: 0, started: false, state: { waiting: { reason: 'ContainerCreating' } } })),
    });
    this.hands.after(pull + START_MS, () => void this.#run(pod, image));
  }

  async #run(pod: KubeObject, image: string) {
    const now = await this.podNow(pod.metadata.uid!, { namespace: pod.metadata.namespace!, name: pod.metadata.name! });
    this.#starting.delete(pod.metadata.uid!);
    if (!now || isGoing(now)) return;
    this.#images.add(image);
    const at = this.hands.now();
    await writeStatus(this.hands, now, {
      phase: 'Running',
      podIP: `10.1.${Math.floor(this.hands.random() * 250)}.${Math.floor(this.hands.random() * 250)}`,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(type => condition(type, 'True', at)),
      containerStatuses: now.spec.containers.map((each: any) => ({ name: each.name, image: each.image, imageID: '', ready: true, restartCount: 0, started: true, state: { running: { startedAt: rfc3339(at) } } })),
    });
  }

  /** Jobs' pods end by themselves; others run until they are deleted. Times count from the start, so that a restart adds none. */
  #endLater(pod: KubeObject) {
    const uid = pod.metadata.uid!;
    if (this.#starting.has(uid) || !pod.metadata.ownerReferences?.some(owner => owner.kind === 'Job')) return;
    this.#starting.add(uid);
    const said = Number(pod.metadata.annotations?.[RUN_SECONDS]);
    const left = Date.parse(pod.status.startTime) + (said > 0 ? said * 1000 : WORK_MS) - this.hands.now();
    this.hands.after(Math.max(0, left), async () => {
      const now = await this.podNow(uid, { namespace: pod.metadata.namespace!, name: pod.metadata.name! });
      if (!now || isGoing(now) || isOver(now)) return;
      const at = rfc3339(this.hands.now());
      await writeStatus(this.hands, now, {
        phase: 'Succeeded',
        conditions: [condition('Ready', 'False', this.hands.now(), 'PodCompleted')],
        containerStatuses: now.spec.containers.map((each: any) => ({ name: each.name, image: each.image, imageID: '', ready: false, restartCount: 0, started: false, state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: at } } })),
      });
    });
  }
}

const condition = (type: string, status: 'True' | 'False', at: number, reason?: string) => ({ type, status, lastTransitionTime: rfc3339(at), ...(reason ? { reason } : {}) });
