/** What would have to happen for a cluster to be possible: time, the request's owner, or the cluster's owner. */
export type Remedy = 'wait' | 'changeRequest' | 'changeCluster';

/** A sentence as code and values: rendered in the reader's language, compared and stored without words. */
export interface Reason {
  code: string;
  values: Record<string, string | number>;
}

/** One of the five dimensions' part in a score. `score` is 0-100; `points` = score × weight. */
export interface ScorePart {
  scorer: 'resource' | 'performance' | 'cost' | 'compliance' | 'topology';
  score: number;
  weight: number;
  points: number;
  because: Reason;
  /** When the fact was seen, ms since the epoch; absent when it is declared, not observed. */
  factAt?: number;
  /** The fact is missing or old: the score is 50 and does not count as knowledge. */
  unsure?: boolean;
}

/** One cause that keeps a cluster from being possible. */
export interface Rejection {
  by: string;
  because: Reason;
  remedy: Remedy;
}

/** A verdict on one cluster. `fix` is the smallest set of changes that admits it, verified by deciding again; empty = no single change. */
export interface Verdict {
  cluster: string;
  outcome: 'chosen' | 'fits' | 'rejected';
  replicas: number;
  total: number;
  parts: ScorePart[];
  rejections: Rejection[];
  fix: Reason[];
  /** Replicas that have room here; absent when the capacity is unknown. */
  room?: number;
}

/** What the scheduler decided for one component or selected object. */
export interface Decision {
  verdicts: Verdict[];
  /** Replicas (or, for an all-or-none Job, pods) that found no place. */
  unplaced: number;
  profile: string;
  weights: Record<ScorePart['scorer'], number>;
  sentence: Reason;
  /** Findings of the decision itself, e.g. that a wish for two clusters could not be met. */
  notes: Reason[];
}
