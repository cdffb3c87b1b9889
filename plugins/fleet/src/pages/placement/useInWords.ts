import type { ScorePart, Verdict } from '@flotilla/backstage-plugin-fleet-common';
import { useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useFleetWords } from '../../translation';
import { differences } from './compare';

/** Differences below this many points are not worth a word. */
const NOTABLE = 0.3;
const MOST = 2;

/** Says in words how a verdict compares with the best chosen one: "more for Cost (+3.6), but less for Resources (−4.8)". */
export function useComparison() {
  const { t } = useFleetWords();
  const words = useWords();
  const list = (parts: { scorer: ScorePart['scorer']; points: number }[]) => parts.map(({ scorer, points }) => `${words.t(`scorer.${scorer}`)} (${words.signed(points)})`).join(words.language === 'zh' ? '、' : ', ');
  return (parts: readonly ScorePart[], best: readonly ScorePart[]): string => {
    const notable = differences(parts, best).filter(({ points }) => Math.abs(points) >= NOTABLE);
    const more = notable.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points).slice(0, MOST);
    const less = notable.filter(({ points }) => points < 0).sort((a, b) => a.points - b.points).slice(0, MOST);
    const [ahead, behind] = [more.length > 0 && t('verdict.more', { parts: list(more) }), less.length > 0 && t('verdict.less', { parts: list(less) })];
    if (ahead && behind) return t('verdict.aheadBehind', { ahead, behind });
    return ahead || behind || t('verdict.equal');
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** One line for a row of the table: what is not known first, then the comparison; for the best itself its strongest fact. */
export function useInWords() {
  const words = useWords();
  const compare = useComparison();
  return (verdict: Verdict, best: Verdict | undefined): string => {
    const unsure = verdict.parts.find(part => part.unsure && part.weight > 0);
    if (best && best.cluster !== verdict.cluster) return capital(unsure ? `${words.say(unsure.because)}; ${compare(verdict.parts, best.parts)}` : compare(verdict.parts, best.parts));
    const strongest = verdict.parts.filter(part => !part.unsure).sort((a, b) => b.points - a.points)[0];
    return strongest ? words.say(strongest.because) : '';
  };
}
