import { translationApiRef } from '@backstage/frontend-plugin-api';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { loginCommand, portalKubeconfig, type ConnectView } from '@flotilla/backstage-plugin-fleet-common';
import { answered, fixtureApi } from '../testing/fixtureApi';
import type { FleetApi } from '../api/FleetApi';
import { chineseApi } from '../__testUtils__/chinese';
import { axeFindings, layOut, renderPage } from '../__testUtils__/renderPage';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

/** The dialog, opened on a page that has little else. */
async function connect(over: Partial<FleetApi> = {}, title = 'Connect kubectl', apis: Parameters<typeof renderPage>[2] = [], path = '/clusters/nowhere'): Promise<HTMLElement> {
  renderPage(path, over, apis);
  await userEvent.click(await screen.findByText(title));
  return screen.findByRole('dialog', { name: title });
}
const serving = (over: Partial<ConnectView>): Partial<FleetApi> => ({ connect: async () => ({ ...(await fixtureApi().connect()), ...over }) });

describe('Connect kubectl', () => {
  it('gives a person the command that signs in and a kubeconfig without a token, to copy and to save', async () => {
    const user = userEvent.setup();
    const view = await fixtureApi().connect();
    let saved: Blob | undefined;
    let name = '';
    URL.createObjectURL = blob => {
      saved = blob as Blob;
      return 'blob:it';
    };
    URL.revokeObjectURL = () => {};
    jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      name = this.download;
    });
    const wrote = jest.spyOn(navigator.clipboard, 'writeText');
    const dialog = await connect();
    const kubeconfig = await within(dialog).findByText(text => text === portalKubeconfig(view, 'person').trim().replace(/\s+/g, ' '));
    expect(kubeconfig).toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
    await user.click(within(dialog).getByLabelText('Copy: Sign in, once', { selector: 'button' }));
    expect(wrote).toHaveBeenCalledWith(loginCommand(view));
    expect((await within(dialog).findAllByText('Copied')).length).toBeGreaterThan(0);
    await user.click(within(dialog).getByText('Download'));
    expect(name).toBe('flotilla.kubeconfig');
    expect(saved!.size).toBe(portalKubeconfig(view, 'person').length);
  });

  it('gives a program a restricted token to configure, what it may be allowed, and where to put it', async () => {
    const dialog = await connect();
    await userEvent.click(await within(dialog).findByText('As a program'));
    expect(await within(dialog).findByText(/accessRestrictions/)).toBeInTheDocument();
    expect(within(dialog).getByText(/"token": "<the token>"/)).toBeInTheDocument();
    expect(within(dialog).getByText('fleet.secret.read')).toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
  });

  it('gives contexts that lead into the clusters one may look into, when asked', async () => {
    const dialog = await connect();
    const text = () => within(dialog).getByRole('group', { name: 'Save as flotilla.kubeconfig' }).textContent!;
    const box = await within(dialog).findByRole('checkbox', { name: 'With a context for each of the 2 clusters that you may look into.' });
    expect([JSON.parse(text()).contexts.length, within(dialog).queryByText(/--context/)]).toEqual([1, null]);
    await userEvent.click(box);
    expect(JSON.parse(text()).contexts.map((each: any) => each.name)).toEqual(['flotilla', 'flotilla-east', 'flotilla-gpu-cluster-huawei']);
    expect(within(dialog).getByText(/--context flotilla-east get pods/)).toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
  });

  it('has them at once on the page of such a cluster, and tries that one', async () => {
    const dialog = await connect({}, 'Connect kubectl', [], '/clusters/gpu-cluster-huawei');
    expect(await within(dialog).findByText(/--context flotilla-gpu-cluster-huawei get pods/)).toBeInTheDocument();
  });

  it('says how many there are where not all are named', async () => {
    const dialog = await connect(serving({ members: { names: ['a', 'b'], total: 400 } }));
    expect(await within(dialog).findByRole('checkbox', { name: /These are the first of 400/ })).toBeInTheDocument();
  });

  it('offers no context to whoever may look into no cluster', async () => {
    const dialog = await connect(serving({ members: { names: [], total: 0 } }));
    await within(dialog).findByText('Sign in, once');
    expect(within(dialog).queryByRole('checkbox')).not.toBeInTheDocument();
  });

  it('warns where kubectl would send no token, and says what to configure', async () => {
    const dialog = await connect(serving({ server: 'http://portal.example.com/api/fleet/kube', portal: 'http://portal.example.com', encrypted: false }));
    expect(await within(dialog).findByText(/kubectl sends no token over it/)).toHaveTextContent(/fleet\.kube\.listen/);
    expect(within(dialog).getByText(/can sign in to a portal on https only, and this one is at http:\/\/portal\.example\.com/)).toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
  });

  it.each(['https://portal.example.com', 'http://localhost:3000', 'http://127.0.0.1'])('does not warn of a portal at %s', async portal => {
    const dialog = await connect(serving({ portal }));
    await within(dialog).findByText('Sign in, once');
    expect(within(dialog).queryByText(/https only/)).not.toBeInTheDocument();
    expect(within(dialog).queryByText(/no token over it/)).not.toBeInTheDocument();
  });

  it('selects the text where the browser keeps its clipboard to itself', async () => {
    const user = userEvent.setup();
    jest.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not here'));
    const dialog = await connect();
    await user.click(await within(dialog).findByLabelText('Copy: Sign in, once', { selector: 'button' }));
    expect((await within(dialog).findAllByText('Selected: press Ctrl C')).length).toBeGreaterThan(0);
    expect(window.getSelection()?.toString()).toContain('auth login');
  });

  it('shows a skeleton while it is read, and gives the reading up when it is closed', async () => {
    let ended: AbortSignal | undefined;
    const dialog = await connect({ connect: signal => new Promise<never>(() => (ended = signal)) });
    expect(await within(dialog).findByRole('status', { name: 'Reading…' })).toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
    await userEvent.keyboard('{Escape}');
    expect(ended?.aborted).toBe(true);
  });

  it('says what failed, and tries again', async () => {
    let broken = true;
    const dialog = await connect({ connect: async () => (broken ? Promise.reject(answered(500, 'said by the portal')) : fixtureApi().connect()) });
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(/how kubectl connects could not be read\..*said by the portal/);
    expect(await axeFindings(dialog)).toEqual([]);
    broken = false;
    await userEvent.click(within(dialog).getByText('Try again'));
    expect(await within(dialog).findByText('Sign in, once')).toBeInTheDocument();
  });

  it('says what is forbidden', async () => {
    const dialog = await connect({ connect: async () => Promise.reject(answered(403, 'said by the portal')) });
    expect(await within(dialog).findByText('You may not see how kubectl connects.')).toBeInTheDocument();
    expect(within(dialog).queryByText('Sign in, once')).not.toBeInTheDocument();
    expect(await axeFindings(dialog)).toEqual([]);
  });

  it('speaks Chinese', async () => {
    const dialog = await connect(serving({ encrypted: false }), '连接 kubectl', [[translationApiRef, await chineseApi()]]);
    expect(await within(dialog).findByText('登录一次')).toBeInTheDocument();
    const sentences = [...dialog.querySelectorAll('h2, h3, p, [role=tab], button, [role=status]')].map(each => each.textContent ?? '');
    expect(sentences.filter(text => /[a-z]{3,}(?: [a-z]{2,}){2,}/i.test(text))).toEqual([]);
    expect(await axeFindings(dialog)).toEqual([]);
  });
});
