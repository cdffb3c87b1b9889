import { kubeError } from '../errors';
import type { Principal } from '../service';

interface Visitor {
  watches: number;
  /** Requests still allowed now, and when that was reckoned. */
  tokens: number;
  at: number;
}

export interface TurnstileLimits {
  /** Open watches a principal may have. */
  watchesPerPrincipal: number;
  /** On average, with a burst of twice as many; absent: no limit. */
  requestsPerSecond?: number;
}

/** Principals remembered at most; the longest unseen are forgotten. */
const MAX_VISITORS = 10_000;

/** Counts what each principal has open and how fast they ask. */
export class Turnstile {
  private readonly visitors = new Map<string, Visitor>();

  constructor(private readonly limits: TurnstileLimits) {}

  /** Throws KubeError 429 when the principal asks too fast. The engine itself is not counted. */
  countRequest(principal: Principal, now = Date.now()): void {
    const rate = this.limits.requestsPerSecond;
    if (!rate || principal.kind === 'system') return;
    const visitor = this.visitor(principal, now);
    visitor.tokens = Math.min(2 * rate, visitor.tokens + ((now - visitor.at) / 1_000) * rate);
    visitor.at = now;
    if (visitor.tokens < 1) throw tooMany('too many requests, please try again later');
    visitor.tokens--;
  }

  /** Admits one watch; call what it returns when the watch ends. Throws KubeError 429 when there are too many. */
  enterWatch(principal: Principal): () => void {
    const visitor = this.visitor(principal, Date.now());
    const { watchesPerPrincipal } = this.limits;
    if (visitor.watches >= watchesPerPrincipal) throw tooMany(`too many open watches: at most ${watchesPerPrincipal}`);
    visitor.watches++;
    let left = false;
    return () => {
      if (!left) visitor.watches--;
      left = true;
    };
  }

  private visitor({ kind, name }: Principal, now: number): Visitor {
    const id = `${kind}/${name}`;
    const visitor = this.visitors.get(id) ?? { watches: 0, tokens: 2 * (this.limits.requestsPerSecond ?? 0), at: now };
    this.visitors.delete(id);
    this.visitors.set(id, visitor);
    if (this.visitors.size > MAX_VISITORS) this.forgetOldest();
    return visitor;
  }

  private forgetOldest(): void {
    for (const [id, { watches }] of this.visitors) {
      if (watches > 0) continue;
      this.visitors.delete(id);
      return;
    }
  }
}

const tooMany = (message: string) => kubeError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });
