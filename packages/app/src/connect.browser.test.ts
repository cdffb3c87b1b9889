/** @jest-environment node */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFindings, BROWSER, openBrowser, openPage, PORTAL, type Theme } from './__testUtils__/browser';
import { hasProgram, Terminal } from './__testUtils__/terminal';

const missing = [
  !BROWSER && 'FLOTILLA_TEST_BROWSER is not set (npm run test:real sets it)',
  !PORTAL && 'FLOTILLA_TEST_PORTAL is not set',
  !hasProgram('kubectl', 'version', '--client') && 'kubectl is not on the PATH',
].filter(Boolean);
const connected = missing.length > 0 ? describe.skip : describe;

jest.setTimeout(300_000);

async function openDialog(page: Page) {
  await page.goto('/fleet');
  await page.getByRole('button', { name: 'Connect kubectl' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect kubectl' });
  await dialog.getByRole('group', { name: 'Sign in, once' }).waitFor();
  return dialog;
}

connected(`Connect kubectl${missing.length > 0 ? ` (skipped: ${missing.join('; ')})` : ''}`, () => {
  let browser: Browser;
  let terminal: Terminal;
  let page: Page;
  let login: string;
  const kubectl = (args: string) => terminal.run(`kubectl --kubeconfig flotilla.kubeconfig ${args}`);

  beforeAll(async () => {
    browser = await openBrowser();
    terminal = new Terminal([{ name: '@backstage/cli-module-auth', bin: 'cli-module-auth' }]);
    ({ page } = await openPage(browser));
    const dialog = await openDialog(page);
    login = await dialog.getByRole('group', { name: 'Sign in, once' }).innerText();
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]);
    await download.saveAs(join(terminal.home, download.suggestedFilename()));
  });
  afterAll(async () => {
    await terminal?.close();
    await browser?.close();
  });

  // Each stands on the one before, as the steps of the dialog do.
  it('says how to sign in to who has not', async () => {
    const { code, text } = await kubectl('get fleets -A');
    expect(code).not.toBe(0);
    expect(text).toContain(`Not signed in. Sign in with: ${login}`);
  });

  it('signs in by the command of the page, once the person has agreed in the browser', async () => {
    const command = terminal.start(`${login} --no-browser`);
    const [, address] = await command.says(/Open this URL to continue: (\S+)/);
    await page.goto(address);
    await page.getByRole('button', { name: 'Authorize' }).click();
    expect(await command.finished).toMatchObject({ code: 0, text: expect.stringContaining('Login successful') });
  });

  it('lets kubectl be that person: who it is, reading, writing, watching', async () => {
    expect(await kubectl('auth whoami -o jsonpath={.status.userInfo.username}')).toEqual({ code: 0, text: 'user:development/guest' });
    expect(await kubectl('get fleets -A')).toMatchObject({ code: 0, text: expect.stringContaining('global-production') });
    const watch = terminal.start('kubectl --kubeconfig flotilla.kubeconfig get namespaces --watch');
    await watch.says(/kurator-system/);
    writeFileSync(join(terminal.home, 'mine.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: by-a-person }\n');
    expect(await kubectl('apply -f mine.yaml')).toMatchObject({ code: 0, text: expect.stringContaining('namespace/by-a-person created') });
    await watch.says(/by-a-person/);
    watch.stop();
    expect(await kubectl('delete namespace by-a-person --wait=false')).toMatchObject({ code: 0 });
  });

  it('gets a new token when the old one has run out', async () => {
    const instances = join(terminal.home, '.config/backstage-cli/auth-instances.yaml');
    const before = readFileSync(instances, 'utf8');
    writeFileSync(instances, before.replace(/accessTokenExpiresAt: \d+/, 'accessTokenExpiresAt: 1'));
    expect(await kubectl('get fleets -A -o name')).toMatchObject({ code: 0 });
    const renewed = /accessTokenExpiresAt: (\d+)/.exec(readFileSync(instances, 'utf8'))?.[1];
    expect(Number(renewed)).toBeGreaterThan(Date.now());
  });

  it('ends with the sign-out', async () => {
    const instance = /--instance \S+/.exec(login)?.[0];
    expect(await terminal.run(`npx --yes @backstage/cli-module-auth auth logout ${instance}`)).toMatchObject({ code: 0 });
    const { code, text } = await kubectl('get fleets -A');
    expect(code).not.toBe(0);
    expect(text).toContain('Not signed in');
  });

  const looks = (['light', 'dark'] as Theme[]).flatMap(theme => [1280, 1920].map(width => ({ theme, width })));
  it.each(looks)('has nothing that axe or the console finds: $theme, $width wide', async ({ theme, width }) => {
    const { page: looked, errors } = await openPage(browser, theme, width);
    const dialog = await openDialog(looked);
    expect(await axeFindings(looked, '[role=dialog]')).toEqual([]);
    await dialog.getByRole('tab', { name: 'As a program' }).click();
    await dialog.getByText('accessRestrictions').waitFor();
    expect(await axeFindings(looked, '[role=dialog]')).toEqual([]);
    expect(errors).toEqual([]);
    await looked.context().close();
  });
});
