import type { Outcome } from '../clusters/types';

/** Told of each remote write, before and after it; tests end the process here to prove that nothing is lost or done twice. */
export type Trace = (step: string, when: 'before' | 'after') => void | Promise<void>;

/** Runs one remote write between its two trace points. */
export async function traced<T>(
  trace: Trace | undefined,
  verb: 'apply' | 'delete',
  cluster: string,
  of: { kind: string; namespace: string; name: string },
  write: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const step = `${verb} ${cluster}/${of.kind}/${of.namespace}/${of.name}`;
  await trace?.(step, 'before');
  const outcome = await write();
  await trace?.(step, 'after');
  return outcome;
}
