// The README's pictures, taken from the portal of a running article: what `npm run test:article -- --pictures` adds.
/* global document, localStorage -- in the browser */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'docs/images');
const WIDTH = 1280;
/** A page that needs less is drawn with this height. */
const HEIGHT = 640;
/** A busy machine takes long to draw a page; nothing is measured here. */
const PATIENCE_MS = 120_000;
const THEMES = ['light', 'dark'];
/** What a page shows while it waits, or for a moment only: no picture is taken while one of these is there. */
const PASSING = '[class*="Skeleton"], [aria-busy="true"], [role="progressbar"]:not([aria-valuenow]), [role="alertdialog"], .MuiSnackbar-root';

/** Each picture, its page, and what is there when the page is drawn. */
const PICTURES = {
  fleets: { path: '/fleet', shows: page => page.getByRole('row', { name: 'gpu-cluster-huawei' }) },
  cluster: { path: '/fleet/clusters/gpu-cluster-huawei', shows: page => page.getByRole('heading', { name: 'What runs here, and why' }) },
  placement: { path: '/fleet/applications/ai-production/intelligent-ai-platform?component=model-inference', shows: page => page.getByRole('button', { name: /^Why / }).first() },
};

async function take(browser, portal, theme, name) {
  const { path, shows } = PICTURES[name];
  const context = await browser.newContext({ baseURL: portal, viewport: { width: WIDTH, height: HEIGHT }, colorScheme: theme, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.addInitScript(value => localStorage.setItem('theme', value), theme);
  await page.goto(path);
  await shows(page).waitFor();
  await page.waitForFunction(passing => ![...document.querySelectorAll(passing)].some(each => each.checkVisibility()), PASSING);
  // A window as high as the page: the sidebar reaches its end too.
  await page.setViewportSize({ width: WIDTH, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`), animations: 'disabled' });
  await context.close();
}

/**
 * Draws every picture in every theme into docs/images.
 * @param {string} portal the address of a portal on which everything of the article is Ready
 * @returns {Promise<string>} what was drawn
 * @throws Error when there is no browser, or a page does not come to rest
 */
export async function takePictures(portal) {
  const { path, missing } = await findChromium();
  if (missing) throw new Error(missing);
  // The browser's driver comes with the app's tests: nothing that runs needs it.
  const { chromium } = createRequire(join(ROOT, 'packages/app/package.json'))('playwright-core');
  // No sandbox: tests run as root too, and see nothing but our own pages.
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  try {
    for (const theme of THEMES) for (const name of Object.keys(PICTURES)) await take(browser, portal, theme, name);
  } finally {
    await browser.close();
  }
  return `${Object.keys(PICTURES).join(', ')} in ${THEMES.join(' and ')}`;
}
