import { sentence, type Decision, type Language, type Verdict } from '@flotilla/backstage-plugin-fleet-common';

/** The API object shows so many verdicts; the others are counted by their first cause. */
export const SHOWN_VERDICTS = 200;

/** `PlacementDecision.status`, as its CustomResourceDefinition has it. */
export interface PlacementDecisionStatus {
  decidedAt: string;
  profile: string;
  weights: Record<string, number>;
  unplaced: number;
  sentence: string;
  clusters: string;
  notes: string[];
  verdicts: RenderedVerdict[];
  omitted: { by: string; count: number }[];
}

interface RenderedVerdict {
  cluster: string;
  outcome: Verdict['outcome'];
  replicas: number;
  total: number;
  parts: { scorer: string; score: number; weight: number; points: number; because: string; factAt?: string; unsure?: boolean }[];
  rejections: { by: string; because: string; remedy: string }[];
  fix?: string;
}

/**
 * Says a decision in words, for the API object.
 * @param decidedAt - ms since the epoch
 */
export function render(decision: Decision, decidedAt: number, language: Language = 'en'): PlacementDecisionStatus {
  const { verdicts } = decision;
  return {
    decidedAt: new Date(decidedAt).toISOString(),
    profile: decision.profile,
    weights: { ...decision.weights },
    unplaced: decision.unplaced,
    sentence: sentence(decision.sentence, language),
    clusters: verdicts.filter(({ outcome }) => outcome === 'chosen').map(({ cluster, replicas }) => `${cluster}=${replicas}`).join(','),
    notes: decision.notes.map(note => sentence(note, language)),
    verdicts: verdicts.slice(0, SHOWN_VERDICTS).map(verdict => renderVerdict(verdict, language)),
    omitted: omitted(verdicts.slice(SHOWN_VERDICTS)),
  };
}

function renderVerdict({ cluster, outcome, replicas, total, parts, rejections, fix }: Verdict, language: Language): RenderedVerdict {
  const rendered: RenderedVerdict = {
    cluster, outcome, replicas, total,
    parts: parts.map(({ because, factAt, ...part }) => ({
      ...part,
      because: sentence(because, language),
      ...(factAt !== undefined && { factAt: new Date(factAt).toISOString() }),
    })),
    rejections: rejections.map(({ by, because, remedy }) => ({ by, because: sentence(because, language), remedy })),
  };
  if (outcome !== 'rejected') return rendered;
  const noChange = sentence({ code: 'NoSingleChange', values: {} }, language);
  return { ...rendered, fix: fix.length > 0 ? fix.map(change => sentence(change, language)).join('; ') : noChange };
}

function omitted(verdicts: Verdict[]): { by: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { rejections } of verdicts) {
    const by = rejections[0]?.by ?? '';
    counts.set(by, (counts.get(by) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([by, count]) => ({ by, count }));
}
