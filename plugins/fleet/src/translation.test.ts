import { fleetTranslationRef } from './translation';
import zh from './translation.zh';

const messages: Record<string, string> = (fleetTranslationRef as any).getDefaultMessages();
const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

describe('the words', () => {
  it('exist in Chinese for every English one', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(messages).sort());
  });

  // "tried once" needs no number in English, and the number in Chinese.
  it.each(Object.keys(messages).filter(key => !key.endsWith('_one')))('%s says the same values in both languages', key => {
    expect(placeholders(zh[key as keyof typeof zh])).toEqual(placeholders(messages[key]));
  });
});
