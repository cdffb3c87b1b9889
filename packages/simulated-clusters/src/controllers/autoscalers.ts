import { selects, type KubeObject } from '@flotilla/kube-api';
import { isGoing, rfc3339, scale, withCondition, writeStatus, type Hands } from './hands';
import { propose, type Failure, type Proposal } from './replicaMath';
import type { Snapshot } from './snapshot';

/** How often a HorizontalPodAutoscaler looks, as in Kubernetes. */
const EVERY_MS = 15_000;
const STABILIZATION_S = { scaleDown: 300, scaleUp: 0 };
/** What Kubernetes allows where nothing is said. */
const POLICIES = {
  scaleUp: [{ type: 'Pods', value: 4, periodSeconds: 15 }, { type: 'Percent', value: 100, periodSeconds: 15 }],
  scaleDown: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

interface Past {
  /** What was recommended when. */
  wishes: { at: number; replicas: number }[];
  /** By how much it was scaled when. */
  steps: { at: number; by: number }[];
}

/** A word on each of the three conditions. */
interface Verdict {
  replicas: number;
  able: [reason: string, message: string];
  limited?: [reason: string, message: string];
}

/** HorizontalPodAutoscalers: as many replicas as keep the metrics at their target, between two bounds, and not fewer too soon. */
export class Autoscalers {
  /** By UID. A restart of this process forgets them, as one of Kubernetes' controller does. */
  readonly #past = new Map<string, Past>();

  constructor(private readonly hands: Hands) {}

  async look(world: Snapshot, autoscaler: KubeObject, wake: (at: number) => void): Promise<void> {
    const now = this.hands.now();
    wake(now + EVERY_MS);
    const { kind, name } = autoscaler.spec.scaleTargetRef;
    const target = [...world.deployments, ...world.statefulSets, ...world.replicaSets].find(
      each => each.kind === kind && each.metadata.name === name && each.metadata.namespace === autoscaler.metadata.namespace,
    );
    if (!target) {
      const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`;
      await this.#say(autoscaler, { conditions: this.#conditions(autoscaler, [['AbleToScale', 'False', 'FailedGetScale', message]]) });
      return;
    }
    const replicas: number = target.spec.replicas ?? 1;
    if (replicas === 0) {
      const idle = [['AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale"], ['ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero']] as const;
      await this.#say(autoscaler, { currentReplicas: undefined, desiredReplicas: 0, conditions: this.#conditions(autoscaler, idle) });
      return;
    }
    await this.#scale(world, autoscaler, target, replicas);
  }

  forget(uid: string): void {
    this.#past.delete(uid);
  }

  async #scale(world: Snapshot, autoscaler: KubeObject, target: KubeObject, replicas: number) {
    const { metrics, minReplicas: least = 1, maxReplicas: most } = autoscaler.spec;
    const pods = world.pods.filter(
      pod => pod.metadata.namespace === target.metadata.namespace && !isGoing(pod) && pod.status?.phase !== 'Failed' && selects(target.spec.selector, pod.metadata.labels),
    );
    const answers: (Proposal | Failure)[] = metrics.map((metric: any) => propose(metric, pods, replicas, this.hands.traffic));
    const proposals = answers.filter((each): each is Proposal => 'replicas' in each);
    const failure = answers.find((each): each is Failure => 'message' in each);
    const best = proposals.reduce<Proposal | undefined>((high, each) => (high && high.replicas >= each.replicas ? high : each), undefined);
    // Of several metrics one that fails must not let the others shrink it.
    const known = best && !(failure && best.replicas < replicas) ? best : undefined;
    const wish = outside(replicas, least, most) ?? known?.replicas;
    const verdict = this.#judge(autoscaler, replicas, wish, least, most);
    const changed = verdict.replicas !== replicas;
    if (changed) {
      await scale(this.hands, target, verdict.replicas);
      this.#pastOf(autoscaler, replicas).steps.push({ at: this.hands.now(), by: verdict.replicas - replicas });
    }
    const active = known ? ['True', 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${known.name}`] : ['False', failure?.reason, failure?.message];
    const limit = verdict.limited ? ['True', ...verdict.limited] : ['False', 'DesiredWithinRange', 'the desired count is within the acceptable range'];
    await this.#say(autoscaler, {
      currentReplicas: replicas,
      desiredReplicas: wish === undefined ? (autoscaler.status?.desiredReplicas ?? 0) : verdict.replicas,
      lastScaleTime: changed ? rfc3339(this.hands.now()) : autoscaler.status?.lastScaleTime,
      currentMetrics: proposals.length > 0 ? metrics.flatMap((metric: any, i: number) => ('current' in answers[i] ? [{ type: metric.type, resource: { name: metric.resource.name, current: answers[i].current } }] : [])) : null,
      conditions: this.#conditions(autoscaler, [['AbleToScale', 'True', ...verdict.able], ['ScalingActive', ...active], ...(wish === undefined ? [] : [['ScalingLimited', ...limit]])] as never),
    });
  }

  /** What of a recommendation is done now. */
  #judge(autoscaler: KubeObject, replicas: number, wish: number | undefined, least: number, most: number): Verdict {
    if (wish === undefined) return { replicas, able: ['SucceededGetScale', "the HPA controller was able to get the target's current scale"] };
    const stable = this.#stabilize(autoscaler, replicas, wish);
    const bounded = Math.min(most, Math.max(least, stable));
    const allowed = this.#allow(autoscaler, replicas, bounded);
    const able: Verdict['able'] =
      allowed !== replicas
        ? ['SucceededRescale', `the HPA controller was able to update the target scale to ${allowed}`]
        : stable > wish
          ? ['ScaleDownStabilized', 'recent recommendations were higher than current one, applying the highest recent recommendation']
          : stable < wish
            ? ['ScaleUpStabilized', 'recent recommendations were lower than current one, applying the lowest recent recommendation']
            : ['ReadyForNewScale', 'recommended size matches current size'];
    if (allowed < bounded) return { replicas: allowed, able, limited: ['ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate'] };
    if (allowed > bounded) return { replicas: allowed, able, limited: ['ScaleDownLimit', 'the desired replica count is decreasing faster than the maximum scale rate'] };
    if (bounded < stable) return { replicas: allowed, able, limited: ['TooManyReplicas', 'the desired replica count is more than the maximum replica count'] };
    if (bounded > stable) return { replicas: allowed, able, limited: ['TooFewReplicas', 'the desired replica count is less than the minimum replica count'] };
    return { replicas: allowed, able };
  }

  /** Never fewer than was recommended within the one window, never more than within the other. */
  #stabilize(autoscaler: KubeObject, replicas: number, wish: number): number {
    const now = this.hands.now();
    const { wishes } = this.#pastOf(autoscaler, replicas);
    const window = (way: 'scaleUp' | 'scaleDown') => (autoscaler.spec.behavior?.[way]?.stabilizationWindowSeconds ?? STABILIZATION_S[way]) * 1000;
    const within = (way: 'scaleUp' | 'scaleDown') => wishes.filter(each => each.at > now - window(way)).map(each => each.replicas);
    const [lowest, highest] = [Math.min(wish, ...within('scaleUp')), Math.max(wish, ...within('scaleDown'))];
    const longest = now - Math.max(window('scaleUp'), window('scaleDown'));
    wishes.splice(0, wishes.length, ...wishes.filter(each => each.at > longest), { at: now, replicas: wish });
    return Math.max(Math.min(replicas, highest), lowest);
  }

  /** As far as the policies let it go in their periods. */
  #allow(autoscaler: KubeObject, replicas: number, wanted: number): number {
    if (wanted === replicas) return wanted;
    const now = this.hands.now();
    const way = wanted > replicas ? 'scaleUp' : 'scaleDown';
    const sign = wanted > replicas ? 1 : -1;
    const { policies = POLICIES[way], selectPolicy = 'Max' } = autoscaler.spec.behavior?.[way] ?? {};
    if (selectPolicy === 'Disabled') return replicas;
    const { steps } = this.#pastOf(autoscaler, replicas);
    const limits = policies.map(({ type, value, periodSeconds }: any) => {
      const moved = steps.filter(each => each.at > now - periodSeconds * 1000 && each.by * sign > 0).reduce((sum, each) => sum + each.by, 0);
      const start = replicas - moved;
      if (type === 'Pods') return start + sign * value;
      return sign > 0 ? Math.ceil(start * (1 + value / 100)) : Math.floor(start * (1 - value / 100));
    });
    const far = (selectPolicy === 'Max') === sign > 0 ? Math.max(...limits) : Math.min(...limits);
    return sign > 0 ? Math.min(wanted, Math.max(replicas, far)) : Math.max(wanted, Math.min(replicas, far));
  }

  #pastOf({ metadata }: KubeObject, replicas: number): Past {
    let past = this.#past.get(metadata.uid!);
    if (!past) this.#past.set(metadata.uid!, (past = { wishes: [{ at: this.hands.now(), replicas }], steps: [] }));
    past.steps = past.steps.filter(each => each.at > this.hands.now() - 1_800_000);
    return past;
  }

  #conditions(autoscaler: KubeObject, said: readonly (readonly [string, 'True' | 'False', string, string])[]): object[] {
    const before: any[] = autoscaler.status?.conditions ?? [];
    // HPAs do not say when a condition was last updated.
    return said.map(([type, status, reason, message]) => {
      const { lastUpdateTime: _, ...condition } = withCondition(before, type, status, reason, message, this.hands.now()).find(each => each.type === type);
      return condition;
    });
  }

  readonly #say = (autoscaler: KubeObject, status: Record<string, unknown>) => writeStatus(this.hands, autoscaler, status);
}

/** A target outside the bounds is brought within them, whatever the metrics say. */
const outside = (replicas: number, least: number, most: number): number | undefined => (replicas > most ? most : replicas < least ? least : undefined);
