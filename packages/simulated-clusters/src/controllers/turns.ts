/** Everything is in memory, so that rows of writes would never let requests in between: so long they may take in one turn of the event loop. */
const TURN_MS = 10;
/** How many are let in at a turn at most. */
const MOST = 64;

const waiting: (() => void)[] = [];
let planned = false;

/** Each of these runs to its end, with all that follows from it, before the next. */
function turn() {
  const until = performance.now() + TURN_MS;
  for (let i = Math.min(MOST, waiting.length); i > 0; i -= 1) setImmediate(() => performance.now() < until && waiting.shift()?.());
  setImmediate(() => {
    if (waiting.length > 0) turn();
    else planned = false;
  });
}

/** Resolves when it is one's turn to write: the controllers of all clusters in this process stand in one row. */
export function myTurn(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve);
    if (planned) return;
    planned = true;
    turn();
  });
}
