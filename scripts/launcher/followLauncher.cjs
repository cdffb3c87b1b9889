// Loaded into every process that the launcher starts. When the launcher is gone, killed without a chance to tell anybody,
// the channel to it closes: then the process ends itself, as if it had been told.
if (process.env.FLOTILLA_FOLLOW) {
  // Processes that this one forks inherit both, but have a channel to this one, which is theirs to manage.
  delete process.env.FLOTILLA_FOLLOW;
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), 5500).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening must not keep a program alive that has nothing left to do.
  process.channel.unref();
}
