import type { AdmissionRequest, KubeObject } from '@flotilla/kube-api';
import { deletionPolicy } from '../model/defaults';
import type { Work } from '../model/work';
import type { WorkStore } from '../store/types';

/** A preview names so many objects; the rest is counted. */
const MOST = 20;

const named = (work: Work) => `${work.kind} ${work.namespace ? `${work.namespace}/` : ''}${work.name} on ${work.cluster}`;

function lines(verb: string, works: readonly Work[]): string[] {
  const shown = works.slice(0, MOST).map(work => `${verb} ${named(work)}`);
  return works.length > MOST ? [...shown, `${verb} ${works.length - MOST} more objects`] : shown;
}

/** What a deletion would do in the members, in words: `kubectl delete --dry-run=server` shows it as warnings. */
export async function deletionPreview(works: WorkStore, request: AdmissionRequest, placedIn: (namespace: string) => readonly KubeObject[]): Promise<string[]> {
  const { old, info } = request;
  if (!request.dryRun || request.operation !== 'DELETE' || !old) return [];
  if (info.group === 'fleet.kurator.dev' && info.kind === 'Cluster') {
    const there = (await works.byCluster(old.metadata.name!)).filter(work => work.state !== 'completed');
    return lines(deletionPolicy(old.spec ?? {}) === 'Delete' ? 'would remove' : 'would leave running', there);
  }
  const owners = info.group === '' && info.kind === 'Namespace' ? placedIn(old.metadata.name!) : [old];
  const found = await Promise.all(owners.map(owner => works.byOwner(owner.metadata.uid!)));
  return lines('would remove', found.flat());
}
