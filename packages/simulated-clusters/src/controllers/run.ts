import { listAll, type Hands } from './hands';
import { Kubelets } from './kubelet';
import { schedulePods } from './scheduler';
import { reconcileDeployments, reconcileJobs, reconcileReplicaSets } from './workloads';

/** Changes are collected so long, so that a burst is one look. */
const COLLECT_MS = 30;
/** Jobs that wait to be cleaned up make no change; they are looked at so often. */
const SWEEP_MS = 5_000;

/**
 * Runs the controllers of one cluster until `signal` aborts: after every change all of it is looked at again, level-based.
 * @param onFault - a look that failed; the next one begins anew
 */
export function runControllers(hands: Hands, signal: AbortSignal, onFault: (error: unknown) => void): void {
  const kubelets = new Kubelets(hands, async (uid, { namespace, name }) => {
    const pod = await hands.storage.get({ group: '', resource: 'pods', namespace, name });
    return pod?.metadata.uid === uid ? pod : undefined;
  });
  let due = false;
  let busy = false;

  async function look() {
    due = false;
    if (busy || signal.aborted) return soon();
    busy = true;
    try {
      const pods = await listAll(hands, '', 'pods');
      await reconcileDeployments(hands, pods);
      await reconcileReplicaSets(hands, pods);
      await reconcileJobs(hands, pods);
      await schedulePods(hands, await listAll(hands, '', 'pods'), await listAll(hands, '', 'nodes'));
      await kubelets.look(await listAll(hands, '', 'pods'));
    } catch (error) {
      onFault(error);
    } finally {
      busy = false;
    }
  }
  function soon() {
    if (due || signal.aborted) return;
    due = true;
    hands.after(COLLECT_MS, () => void look());
  }
  async function follow() {
    let since = await hands.storage.version();
    soon();
    for await (const change of hands.storage.changes('all', since, signal)) {
      if ('bookmark' in change) since = change.bookmark;
      else if (change.key.resource !== 'events') soon();
    }
  }
  const sweep = () => {
    soon();
    hands.after(SWEEP_MS, sweep);
  };
  follow().catch(error => {
    if (!signal.aborted) onFault(error);
  });
  hands.after(SWEEP_MS, sweep);
}
