import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

/** Where the browser and a running demo are: `npm run test:real` sets both. */
export const BROWSER = process.env.FLOTILLA_TEST_BROWSER;
export const PORTAL = process.env.FLOTILLA_TEST_PORTAL;

export type Theme = 'light' | 'dark';

export const openBrowser = (): Promise<Browser> =>
  // No sandbox: tests run as root too, and see nothing but our own pages.
  chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });

/** A page and what its console has said of errors so far. */
export interface Watched {
  page: Page;
  errors: string[];
}

/** A page of a newcomer, in a theme and a width. */
export async function openPage(browser: Browser, theme: Theme = 'light', width = 1280): Promise<Watched> {
  const context = await browser.newContext({ baseURL: PORTAL, viewport: { width, height: 1000 }, colorScheme: theme, locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', message => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
  page.on('pageerror', error => errors.push(error.message));
  await page.addInitScript(value => localStorage.setItem('theme', value), theme);
  return { page, errors };
}

// Its text alone: axe itself can be loaded in a page only.
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on a page, or in a part of it, a line for each element; empty is right. */
export async function axeFindings(page: Page, within = 'main'): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async part => {
    const { violations } = await (window as any as { axe: typeof import('axe-core') }).axe.run(part, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.split('\n')[1]?.trim()}`));
  }, within);
}

const holdsFocus = (target: Locator) => target.evaluate(element => element.contains(document.activeElement));

/** Presses a key until the focus is on the target or in it. @throws Error when it is not reached */
export async function pressUntil(page: Page, key: string, target: Locator, limit = 80): Promise<void> {
  for (let presses = 0; presses < limit; presses++) {
    if (await holdsFocus(target)) return;
    await page.keyboard.press(key);
  }
  const now = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  throw new Error(`${limit} times ${key} do not reach ${target}; the focus is on ${now}`);
}
