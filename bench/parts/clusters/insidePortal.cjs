/** Required into the portal's process, which runs with `--expose-gc`: says what its memory holds after the collector was there. */
process.on('message', ({ id }) => {
  global.gc();
  // What finalizers let go is collected the second time.
  setTimeout(() => {
    global.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send({ id, answer: { heldMb: (heapUsed + external) / 2 ** 20, rssMb: rss / 2 ** 20 } });
  }, 500);
});
