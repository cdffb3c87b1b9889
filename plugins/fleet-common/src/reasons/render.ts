import type { Reason } from '../decision';
import { amountText, bareAmount, count, moneyText, numberText, resourceName, timeText, type Language } from './numbers';

/**
 * A sentence in both languages. `{key}` is a value as it is; `{key|format:other}` formats it, where `other` names a second value
 * (a resource, a currency) or an argument. `[…]` is left out unless every value in it is there.
 */
export interface Sentence {
  en: string;
  zh: string;
}

export type Sentences = Record<string, Sentence>;

/** Renders a reason; see `sentence`. */
export function render(reason: Reason, language: Language, sentences: Sentences): string {
  const template = sentences[reason.code]?.[language];
  if (template === undefined) return unknown(reason);
  const whole = template.replace(/\[([^[\]]*)\]/g, (_, part: string) => (missing(part, reason) ? '' : part));
  return tidy(whole.replace(/\{([^{}|]+)(?:\|([a-z]+)(?::([^{}]+))?)?\}/g, (_, key: string, format?: string, other?: string) =>
    format === undefined ? String(reason.values[key] ?? '–') : FORMATS[format](reason, key, other ?? '', language, sentences),
  ));
}

type Format = (reason: Reason, key: string, other: string, language: Language, sentences: Sentences) => string;

const FORMATS: Record<string, Format> = {
  /** A resource amount with its unit; `other` holds the resource's name. */
  amount: ({ values }, key, other, language) => amountText(Number(values[key]), String(values[other] ?? other), language),
  /** The same without the unit where a sentence has just said it: "8 of 12 GPUs free". */
  bare: ({ values }, key, other) => bareAmount(Number(values[key]), String(values[other])),
  money: ({ values }, key, other) => moneyText(Number(values[key]), String(values[other])),
  resource: ({ values }, key) => resourceName(String(values[key])),
  number: ({ values }, key) => numberText(Number(values[key])),
  time: ({ values }, key) => timeText(Number(values[key])),
  /** `{nodes|count:node}` → "2 nodes", "2 个节点". */
  count: ({ values }, key, other, language) => count(Number(values[key]), other, language),
  /** A word of ours that stands in a value: `fleet`, `Unreachable`. */
  word: ({ values }, key, _, language, sentences) => sentences[`word.${values[key]}`]?.[language] ?? String(values[key]),
  /** Another sentence whose code stands in the value, with the same values. */
  say: ({ values }, key, _, language, sentences) => render({ code: String(values[key]), values: without(values, key) }, language, sentences),
};

/** A sentence that names itself would never end. */
function without(values: Reason['values'], key: string): Reason['values'] {
  const { [key]: _said, ...others } = values;
  return others;
}

function missing(part: string, { values }: Reason): boolean {
  const keys = [...part.matchAll(/\{([^{}|]+)/g)].map(([, key]) => key);
  return keys.some(key => values[key] === undefined || values[key] === '' || (key === 'missing' && values[key] === 0));
}

/** Commas that optional parts left at either end, or twice. */
function tidy(text: string): string {
  return text.replace(/(?:, ){2,}/g, ', ').replace(/,{2,}/g, ',').replace(/^[,,;] ?|[,,;] ?$/g, '').replace(/: ,/g, ': ');
}

function unknown({ code, values }: Reason): string {
  const said = Object.entries(values).map(([key, value]) => `${key} ${value}`);
  return said.length > 0 ? `${code} (${said.join(', ')})` : code;
}
