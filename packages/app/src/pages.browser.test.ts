/** @jest-environment node */
import type { Browser, Page } from 'playwright-core';
import { axeFindings, BROWSER, openBrowser, openPage, PORTAL, pressUntil, type Theme } from './__testUtils__/browser';

const missing = [!BROWSER && 'FLOTILLA_TEST_BROWSER', !PORTAL && 'FLOTILLA_TEST_PORTAL'].filter(Boolean).join(' and ');
const inBrowser = missing ? describe.skip : describe;

jest.setTimeout(120_000);

const PLACEMENT = '/fleet/applications/ai-production/intelligent-ai-platform';

/** Each page, and what is there when it is drawn. */
const PAGES = {
  fleets: { path: '/fleet', shows: (page: Page) => page.getByRole('link', { name: 'gpu-cluster-huawei', exact: true }).first() },
  cluster: { path: '/fleet/clusters/gpu-cluster-huawei', shows: (page: Page) => page.getByRole('heading', { name: 'What runs here, and why' }) },
  applications: { path: '/fleet/applications', shows: (page: Page) => page.getByRole('link', { name: 'intelligent-ai-platform' }).first() },
  placement: { path: PLACEMENT, shows: (page: Page) => page.getByRole('button', { name: /^Why / }).first() },
};

inBrowser(`The pages in a browser${missing && ` (skipped: ${missing} not set; npm run test:real sets it)`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('are walked by keyboard alone: fleets, cluster, placement, verdict and back', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto('/fleet');
    const cluster = page.getByRole('row', { name: 'gpu-cluster-huawei' });
    await cluster.waitFor();
    await pressUntil(page, 'Tab', page.getByRole('grid'));
    await pressUntil(page, 'ArrowDown', cluster);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/fleet/clusters/gpu-cluster-huawei');

    const placement = page.getByRole('link', { name: /intelligent-ai-platform/ }).first();
    await placement.waitFor();
    await pressUntil(page, 'Tab', placement);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${PLACEMENT}**`);

    const verdicts = page.getByRole('grid').first();
    await verdicts.waitFor();
    await pressUntil(page, 'Tab', verdicts);
    const first = verdicts.getByRole('row').nth(1);
    await pressUntil(page, 'ArrowDown', first, 3);
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await drawer.waitFor();
    await drawer.getByText('What would admit it').or(drawer.getByText('Scores')).first().waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await first.evaluate(row => row.contains(document.activeElement))).toBe(true);
    expect(errors).toEqual([]);
  });

  const looks = (['light', 'dark'] as Theme[]).flatMap(theme => [1280, 1920].map(width => ({ theme, width })));
  describe.each(looks)('in $theme, $width wide', ({ theme, width }) => {
    it.each(Object.entries(PAGES))('%s has nothing that axe or the console finds', async (_name, { path, shows }) => {
      const { page, errors } = await openPage(browser, theme, width);
      await page.goto(path);
      await shows(page).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
      await page.context().close();
    });
  });
});
