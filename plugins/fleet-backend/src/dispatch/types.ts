import type { KubeObject } from '@flotilla/kube-api';

/** Whether an object that was there before us may be taken over (`adoption`). */
export type Adoption = 'Never' | 'IfNoDiff' | 'Always';

/** Words that end the sentence "the object in this cluster was …". */
export type ApplyResult =
  | { did: 'created' | 'updated' | 'unchanged' | 'adopted'; live: KubeObject }
  /** Somebody else's object stands there; `owner` says whose. Nothing was written. */
  | { did: 'left'; why: 'NotOurs' | 'OtherHub' | 'Differs'; owner: string; live: KubeObject }
  /** A field that cannot be changed differs; re-creation needs a recorded wish. */
  | { did: 'refused'; why: 'Immutable' | 'Invalid' | 'Forbidden' | 'NoSuchKind'; because: string }
  /** The cluster gave no answer; try again when it does. */
  | { did: 'failed'; because: string };

export type RemoveResult =
  | { did: 'removed' | 'gone' }
  /** The object there is another one (other UID) or not ours any more: left alone. */
  | { did: 'left'; because: string }
  | { did: 'refused' | 'failed'; because: string };

/** How one object is to be written. */
export interface ApplyOrder {
  object: KubeObject;
  hub: string;
  adoption: Adoption;
  /** Fields (dotted paths) left to their owner in the member, e.g. `spec.replicas` under an HPA that exists there. */
  leave: string[];
  /** UID of the object as we knew it; '' for the first write. */
  memberUid: string;
  /** What was known once and is there no more is not made again: a Job that ran. */
  once?: boolean;
}
