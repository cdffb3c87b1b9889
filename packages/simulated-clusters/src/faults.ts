import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a cluster can be made to do. `down`: refuses connections; `hang`: takes requests and never answers. */
export const FAULTS = ['up', 'down', 'hang'] as const;
export type Fault = (typeof FAULTS)[number];

export const isFault = (text: string): text is Fault => (FAULTS as readonly string[]).includes(text);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A handler that misbehaves as told: like a process that is paused, it goes on where it was when it is mended. */
export class FaultyHandler {
  #hangs = false;
  #waiting: (() => void)[] = [];
  readonly #sockets = new Set<Socket>();

  /** @param latencyMs - the way there and back: what is far answers late, whatever is asked */
  constructor(
    private readonly inner: Handler,
    private readonly latencyMs: number,
  ) {}

  hang(): void {
    if (this.#hangs) return;
    this.#hangs = true;
    // Answers under way, watches above all, stop in the middle.
    this.#sockets.forEach(socket => socket.cork());
  }

  goOn(): void {
    if (!this.#hangs) return;
    this.#hangs = false;
    this.#sockets.forEach(socket => socket.uncork());
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(answer => answer());
  }

  readonly handle: Handler = (request, response) => {
    this.#know(request.socket);
    const answer = () => {
      // Who has gone away meanwhile wants nothing any more.
      if (!response.destroyed && !request.socket.destroyed) this.inner(request, response);
    };
    if (this.#hangs) this.#waiting.push(answer);
    else setTimeout(answer, this.latencyMs);
  };

  #know(socket: Socket) {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    if (this.#hangs) socket.cork();
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
