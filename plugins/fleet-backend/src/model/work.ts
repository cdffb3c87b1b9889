/** Names one object in one member cluster. */
export interface MemberKey {
  cluster: string;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

/**
 * One object we put, or want to put, into a member; written before the remote write, so that nothing in a member is ever unknown here.
 * - `wanted`: to be applied (again whenever `appliedHash` differs from `wantedHash`)
 * - `removing`: to be deleted; on an unreachable cluster this is debt
 * - `orphaned`: left running, still counts as placed
 * - `completed`: a Job of this revision that ended; never made again
 * - `tidying`: a Namespace that is removed once it is empty, if we made it; nobody waits for that
 */
export interface Work extends MemberKey {
  /** UID of the cluster the object was written to; debt is paid only there. */
  clusterUid: string;
  target: string;
  ownerUid: string;
  state: 'wanted' | 'removing' | 'orphaned' | 'completed' | 'tidying';
  revision: string;
  wantedHash: string;
  /** Empty until the first apply was answered. */
  appliedHash: string;
  /** metadata.uid in the member, known after the first answer; deletes name it. */
  memberUid: string;
  /** Whether the first remote write may have been sent; a Job with `sent` and no `memberUid` was perhaps made. */
  sent: boolean;
  /** The last failure in words, or ''. */
  error: string;
  /** Milliseconds since the epoch of the last change of state. */
  since: number;
}
