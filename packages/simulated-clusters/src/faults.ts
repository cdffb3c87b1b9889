import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a cluster can be made to do. `down`: refuses connections; `hang`: takes requests and never answers. */
export const FAULTS = ['up', 'down', 'hang'] as const;
export type Fault = (typeof FAULTS)[number];

export const isFault = (text: string): text is Fault => (FAULTS as readonly string[]).includes(text);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A handler that misbehaves as told. What hangs is let go when the cluster is mended. */
export class FaultyHandler {
  #fault: Fault = 'up';
  readonly #held = new Set<() => void>();

  constructor(
    private readonly inner: Handler,
    private readonly latencyMs: number,
  ) {}

  get fault(): Fault {
    return this.#fault;
  }

  set(fault: Fault): void {
    this.#fault = fault;
    if (fault !== 'hang') {
      for (const drop of this.#held) drop();
      this.#held.clear();
    }
  }

  readonly handle: Handler = (request, response) => {
    if (this.#fault === 'hang') {
      const drop = () => request.socket.destroy();
      this.#held.add(drop);
      response.on('close', () => this.#held.delete(drop));
      return;
    }
    // The way there and back: what is far answers late, whatever is asked.
    setTimeout(() => this.inner(request, response), this.latencyMs);
  };
}
