import type { Reason } from './decision';
import { ATTENTION_SENTENCES } from './reasons/attention';
import { CLUSTER_SENTENCES } from './reasons/clusters';
import { DECISION_SENTENCES } from './reasons/decisions';
import { FILTER_SENTENCES } from './reasons/filters';
import { FIX_SENTENCES } from './reasons/fixes';
import { IMPORT_SENTENCES } from './reasons/imports';
import { PAGE_SENTENCES } from './reasons/pages';
import { PASS_SENTENCES } from './reasons/passes';
import { SCORE_SENTENCES } from './reasons/scores';
import { TOLD_SENTENCES } from './reasons/told';
import type { Language } from './reasons/numbers';
import { render, type Sentences } from './reasons/render';

export type { Language };

/** Every sentence that scheduler and pages can say, by code. */
export const SENTENCES: Sentences = {
  ...FILTER_SENTENCES,
  ...PASS_SENTENCES,
  ...FIX_SENTENCES,
  ...SCORE_SENTENCES,
  ...DECISION_SENTENCES,
  ...PAGE_SENTENCES,
  ...CLUSTER_SENTENCES,
  ...ATTENTION_SENTENCES,
  ...TOLD_SENTENCES,
  ...IMPORT_SENTENCES,
};

/**
 * Says a reason in words, without a final full stop unless it is a whole answer. Numbers carry units; minus signs are true ones.
 * A code nobody knows (a newer backend, a filter from outside) is said as code and values rather than hidden.
 *
 * @example sentence({ code: 'LabelAbsent', values: { label: 'has-gpu=true', source: 'component', name: 'training' } })
 * // 'Label has-gpu=true is absent (asked by component training)'
 */
export function sentence(reason: Reason, language: Language = 'en'): string {
  return render(reason, language, SENTENCES);
}
