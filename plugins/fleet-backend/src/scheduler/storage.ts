import type { Decision, Reason, Rejection, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { contentHash } from '../model/hash';
import { expandFirstForm, type FirstForm } from './firstForm';
import type { Judged } from './judge';
import { readParts, unsureIn } from './parts';
import { reasonAt, type Shape, type Sheet } from './sheet';

const OUTCOMES: Verdict['outcome'][] = ['chosen', 'fits', 'rejected'];
const REMEDIES: Rejection['remedy'][] = ['wait', 'changeRequest', 'changeCluster'];

/** Cells of one verdict in `heads`: outcome, replicas, total in tenths, room (-1: not known), and where parts and rejections begin (-1: none). */
const HEAD = 6;

/** What is said of the decision as a whole. */
interface Whole {
  unplaced: number;
  profile: string;
  weights: Decision['weights'];
  sentence: Reason;
  notes: Reason[];
}

/** A decision as numbers and codes: what is stored. No sentence is in it. */
export interface CompactDecision extends Whole {
  v: 2;
  shapes: Shape[];
  words: string[];
  /** Names, best first. */
  clusters: string[];
  heads: number[];
  /** Parts, rejections and fixes, as {@link Sheet} writes reasons. */
  cells: number[];
}

/** Writes down what was judged, best first; {@link expand} gives it back whole. */
export function compact(judged: readonly Judged[], sheet: Sheet, whole: Whole): CompactDecision {
  const heads: number[] = [];
  for (const one of judged) {
    const { known, room, outcome, replicas, total, parts } = one;
    const shown = outcome !== 'rejected';
    heads.push(OUTCOMES.indexOf(outcome), replicas, shown ? total : 0, known && room !== Infinity ? room : -1, shown ? parts : -1, putRejections(one, sheet));
  }
  const { shapes, words, cells } = sheet;
  return { v: 2, ...whole, shapes, words, clusters: judged.map(({ cluster }) => cluster.name), heads, cells };
}

/** Their number and the fix's, then each; -1 where there are none. */
function putRejections({ rejections, fix, outcome }: Judged, sheet: Sheet): number {
  if (rejections.length === 0) return -1;
  // What stays where it runs needs no fix to be there.
  const told = outcome === 'rejected' ? fix : [];
  const at = sheet.cells.push(rejections.length, told.length) - 2;
  for (const { by, because, remedy } of rejections) {
    sheet.cells.push(sheet.word(by), REMEDIES.indexOf(remedy));
    sheet.put(because);
  }
  for (const change of told) sheet.put(change);
  return at;
}

/** The decision that was made small; also one stored before numbers took the place of nested lists. */
export function expand(stored: CompactDecision | FirstForm): Decision {
  if (stored.v === 1) return expandFirstForm(stored);
  const { unplaced, profile, weights, sentence, notes } = stored;
  return { verdicts: stored.clusters.map((_, i) => verdictAt(stored, i)), unplaced, profile, weights, sentence, notes };
}

/**
 * Of a stored decision, what the engine acts on: the verdicts that choose a cluster, and those whose residency empties one.
 * The others only explain, and are most of it.
 */
export function acting(stored: CompactDecision | FirstForm): Decision {
  if (stored.v === 1) {
    const whole = expandFirstForm(stored);
    return { ...whole, verdicts: whole.verdicts.filter(({ outcome, rejections }) => outcome === 'chosen' || rejections.some(({ by }) => by === 'residency')) };
  }
  const { unplaced, profile, weights, sentence, notes } = stored;
  const verdicts = stored.clusters.flatMap((_, i) => (isChosen(stored, i) || isEvicted(stored, i) ? [verdictAt(stored, i)] : []));
  return { verdicts, unplaced, profile, weights, sentence, notes };
}

const isChosen = ({ heads }: CompactDecision, i: number) => heads[i * HEAD] === OUTCOMES.indexOf('chosen');
const isRejected = ({ heads }: CompactDecision, i: number) => heads[(i + 1) * HEAD - 1] >= 0;
const isEvicted = (stored: CompactDecision, i: number) =>
  stored.words.includes('residency') && isRejected(stored, i) && readRejections(stored, stored.heads[(i + 1) * HEAD - 1]).rejections.some(({ by }) => by === 'residency');

function verdictAt(stored: CompactDecision, i: number): Verdict {
  const [outcome, replicas, total, room, parts, rejections] = stored.heads.slice(i * HEAD, (i + 1) * HEAD);
  return {
    cluster: stored.clusters[i],
    outcome: OUTCOMES[outcome],
    replicas,
    total: total / 10,
    parts: parts < 0 ? [] : readParts(stored, parts, stored.weights),
    ...(rejections < 0 ? NOT_REJECTED : readRejections(stored, rejections)),
    ...(room >= 0 && { room }),
  };
}

const NOT_REJECTED: Pick<Verdict, 'rejections' | 'fix'> = { rejections: [], fix: [] };

function readRejections(stored: CompactDecision, at: number): Pick<Verdict, 'rejections' | 'fix'> {
  const { cells, shapes, words } = stored;
  let from = at + 2;
  const next = (): Reason => {
    const reason = reasonAt(stored, from);
    from += 1 + shapes[cells[from]].keys.length;
    return reason;
  };
  const rejections = Array.from({ length: cells[at] }, (): Rejection => {
    const [by, remedy] = [words[cells[from]], REMEDIES[cells[from + 1]]];
    from += 2;
    return { by, because: next(), remedy };
  });
  return { rejections, fix: Array.from({ length: cells[at + 1] }, next) };
}

/**
 * Hash of what was decided: places, refusals with their numbers, notes, weights; not of times, and not of scores, which follow
 * every breath of load and would make each heartbeat a new decision. An equal hash need not be stored again.
 */
export function decisionHash(stored: CompactDecision): string {
  const timeless = ({ code, values: { since: _since, ...values } }: Reason) => ({ code, values });
  const { unplaced, profile, weights, clusters } = stored;
  const byName = clusters.map((_, i) => i).sort((a, b) => (clusters[a] < clusters[b] ? -1 : 1));
  const verdicts = byName.map(i => {
    const [outcome, replicas, , , parts, from] = stored.heads.slice(i * HEAD, (i + 1) * HEAD);
    const { rejections, fix } = from < 0 ? NOT_REJECTED : readRejections(stored, from);
    return [
      clusters[i], outcome, replicas, parts < 0 ? 0 : unsureIn(stored, parts),
      rejections.map(({ by, because, remedy }) => [by, timeless(because), remedy]),
      fix.map(timeless),
    ];
  });
  return contentHash([verdicts, unplaced, profile, weights, stored.notes.map(timeless)]);
}
