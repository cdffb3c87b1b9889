// All that the launcher prints. A terminal that has gone away is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

export const say = line => process.stdout.write(`${line}\n`);

const seconds = since => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Prints what is done, does it, prints how long it took. */
export async function timed(what, work) {
  const since = Date.now();
  say(`${what} …`);
  const result = await work();
  say(`${what}: ${seconds(since)}`);
  return result;
}

export function sayProblem(error) {
  const expected = error.name === 'Problem';
  process.stderr.write(`\n${expected ? error.message : error.stack}\n`);
  if (error.mend) process.stderr.write(`${error.mend}\n`);
  if (error.evidence) process.stderr.write(`${error.evidence.replace(/^/gm, '  | ')}\n`);
}
