import { SCORERS, type Decision, type ScorePart } from '@flotilla/backstage-plugin-fleet-common';
import { reasonAt, type Sheet } from './sheet';
import type { Score } from './types';

/** Cells before a part's reason: score, points in tenths, when its fact was seen (-1: declared), whether it is unsure. */
const HEAD = 4;

/** Writes one dimension's part. The parts of a cluster follow each other in the order of the dimensions. */
export function putPart(sheet: Sheet, { score, because, factAt, unsure }: Score, tenths: number): void {
  sheet.cells.push(score, tenths, factAt ?? -1, unsure ? 1 : 0);
  sheet.put(because);
}

/** One part where it stands, for whoever compares without taking it off the sheet. */
export interface PartOnSheet {
  tenths: number;
  unsure: boolean;
  /** Where its reason begins. */
  because: number;
}

/** The part of one dimension, of the cluster whose parts begin at `at`. */
export function partAt(sheet: Sheet, at: number, dimension: number): PartOnSheet {
  let from = at;
  for (let i = 0; i < dimension; i += 1) from = sheet.after(from + HEAD);
  return { tenths: sheet.cells[from + 1], unsure: sheet.cells[from + 3] === 1, because: from + HEAD };
}

/** Reads the parts of the cluster whose parts begin at `at`. */
export function readParts(sheet: Pick<Sheet, 'cells' | 'shapes' | 'words'>, at: number, weights: Decision['weights']): ScorePart[] {
  const { cells, shapes } = sheet;
  let from = at;
  return SCORERS.map((scorer): ScorePart => {
    const [score, tenths, factAt, unsure, shape] = cells.slice(from, from + HEAD + 1);
    const because = reasonAt(sheet, from + HEAD);
    from += HEAD + 1 + shapes[shape].keys.length;
    return { scorer, score, weight: weights[scorer], points: tenths / 10, because, ...(factAt >= 0 && { factAt }), ...(unsure === 1 && { unsure: true }) };
  });
}

/** Which dimensions are unsure, as bits, of the cluster whose parts begin at `at`. */
export function unsureIn({ cells, shapes }: Pick<Sheet, 'cells' | 'shapes'>, at: number): number {
  let from = at;
  let bits = 0;
  for (let i = 0; i < SCORERS.length; i += 1) {
    bits |= cells[from + 3] << i;
    from += HEAD + 1 + shapes[cells[from + HEAD]].keys.length;
  }
  return bits;
}
