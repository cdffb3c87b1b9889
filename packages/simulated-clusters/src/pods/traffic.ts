interface Asked {
  /** By UID of the Service, in requests per second. */
  shares: Map<string, number>;
  /** How many had come by `since`. */
  count: number;
  since: number;
}

const rateOf = ({ shares }: Asked) => [...shares.values()].reduce((sum, share) => sum + share, 0);

/**
 * What is asked of the pods of one cluster: each Service deals its requests evenly to its ready pods. Nothing ticks:
 * how many have come is worked out when somebody reads it. A restart of this process counts from 0, as one of the pods would.
 */
export class Traffic {
  readonly #pods = new Map<string, Asked>();
  readonly #services = new Map<string, readonly string[]>();

  /** @param now - in ms */
  constructor(private readonly now: () => number) {}

  /**
   * Deals the requests of a Service from now on.
   * @param pods - UIDs of its ready pods
   * @param perSecond - of all together
   */
  deal(service: string, pods: readonly string[], perSecond: number): void {
    const left = (this.#services.get(service) ?? []).filter(pod => !pods.includes(pod));
    for (const pod of left) this.#share(pod, service, 0);
    for (const pod of pods) this.#share(pod, service, perSecond / pods.length);
    if (pods.length > 0) this.#services.set(service, pods);
    else this.#services.delete(service);
  }

  /** Ends with a pod, or begins anew with its next process; or ends with a Service. */
  forget(uid: string): void {
    this.#pods.delete(uid);
    this.deal(uid, [], 0);
  }

  /** How many requests a pod gets each second. */
  rate(pod: string): number {
    const asked = this.#pods.get(pod);
    return asked ? rateOf(asked) : 0;
  }

  /** How many requests a pod got since it started; a whole number. */
  count(pod: string): number {
    const asked = this.#pods.get(pod);
    return asked ? Math.floor(this.#countOf(asked)) : 0;
  }

  #countOf(asked: Asked): number {
    // A clock that goes back takes nothing away.
    return asked.count + (rateOf(asked) * Math.max(0, this.now() - asked.since)) / 1000;
  }

  #share(pod: string, service: string, perSecond: number) {
    const asked = this.#pods.get(pod) ?? { shares: new Map<string, number>(), count: 0, since: this.now() };
    asked.count = this.#countOf(asked);
    asked.since = this.now();
    if (perSecond > 0) asked.shares.set(service, perSecond);
    else asked.shares.delete(service);
    this.#pods.set(pod, asked);
  }
}
