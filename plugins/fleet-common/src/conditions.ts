/** Condition types of our kinds. Positive ones are good when True; the rest say what is wrong or missing while they are True. */
export type ConditionType =
  | 'Ready'
  | 'Reconciling'
  | 'Stalled'
  | 'Scheduled'
  | 'Applied'
  | 'Unsupported'
  | 'MembersReady'
  | 'ComponentsReady'
  | 'PoliciesReady'
  | 'Orphaned'
  | 'PlacementViolated';

/** Why a Cluster is Ready or not. */
export type ClusterReason = 'Healthy' | 'Degraded' | 'Unreachable' | 'SignInNeeded' | 'NoPermission' | 'Joining' | 'Held' | 'NotSeen';

/** Why an Application or object is or is not Scheduled. */
export type ScheduledReason =
  | 'Placed'
  | 'PartlyPlaced'
  | 'NoClusterFits'
  | 'FleetAmbiguous'
  | 'FleetNotFound'
  | 'PolicyTie'
  | 'NoComponents'
  | 'Deciding';

/** Why it is or is not Applied. */
export type AppliedReason = 'Applied' | 'Applying' | 'ClusterAway' | 'ApplyFailed' | 'NotOurs' | 'Immutable' | 'ObserveOnly' | 'NotScheduled';

/** Why it is or is not Ready. */
export type ReadyReason = 'AllReady' | 'PodsNotReady' | 'ClusterAway' | 'NotScheduled' | 'NotApplied' | 'RevisionRejected' | 'Deleting' | 'MembersNotReady' | 'Accepted';

/** Other reasons in use. */
export type OtherReason = 'NoEffectYet' | 'InProgress' | 'Done' | 'NeedsChange' | 'NobodyUsesIt' | 'WeightUnreachable';

export type ConditionReason = ClusterReason | ScheduledReason | AppliedReason | ReadyReason | OtherReason;
