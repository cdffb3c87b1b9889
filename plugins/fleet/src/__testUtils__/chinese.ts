import { mockApis } from '@backstage/frontend-test-utils';
import type { translationApiRef } from '@backstage/frontend-plugin-api';
import { fleetReactTranslationRef } from '@flotilla/backstage-plugin-fleet-react';
import { fleetTranslationRef } from '../translation';

type Messages = Record<string, string>;

/** The Chinese messages of one of our refs, as the app would load them. */
async function messagesOf(ref: unknown): Promise<Messages> {
  const { resources } = (ref as { getDefaultResource(): { resources: { language: string; loader(): Promise<{ messages: Messages }> }[] } }).getDefaultResource();
  return (await resources.find(each => each.language === 'zh')!.loader()).messages;
}

/** A translation API of a reader of Chinese: our own words in Chinese, all others as they are. */
export async function chineseApi(): Promise<typeof translationApiRef.T> {
  const others = mockApis.translation();
  const ours = new Map(await Promise.all([fleetTranslationRef, fleetReactTranslationRef].map(async ref => [ref.id, await messagesOf(ref)] as const)));
  const snapshots = new Map(
    [...ours].map(([id, messages]) => {
      const t = (key: string, values: Record<string, unknown> = {}) => (messages[key] ?? messages[`${key}_other`] ?? key).replace(/{{(\w+)}}/g, (_, name: string) => String(values[name]));
      return [id, { ready: true, t }] as const;
    }),
  );
  return {
    getTranslation: (ref: any) => (snapshots.get(ref.id) ?? others.getTranslation(ref)) as any,
    translation$: (ref: any) => others.translation$(ref),
  };
}
