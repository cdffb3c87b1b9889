import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axeFindings, layOut, renderPage } from '../__testUtils__/renderPage';

beforeEach(() => {
  layOut();
  window.localStorage.clear();
});
afterEach(() => jest.restoreAllMocks());

const PLACEMENT = '/applications/ai-production/intelligent-ai-platform';

describe('keys', () => {
  it('are listed on "?", those of this page; Esc closes the list and gives the focus back', async () => {
    renderPage(PLACEMENT);
    const why = await screen.findByRole('button', { name: 'Why gpu-cluster-aliyun' });
    why.focus();
    // A table hands the focus on to a row when it is entered.
    const before = document.activeElement;
    await userEvent.keyboard('?');
    const list = await screen.findByRole('dialog', { name: 'Keys' });
    expect(within(list).getByText('why the row is where it is')).toBeInTheDocument();
    expect(within(list).getByText('Ctrl K')).toBeInTheDocument();
    expect(within(list).queryByText('search this list')).not.toBeInTheDocument();
    expect(await axeFindings(list)).toEqual([]);
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await waitFor(() => expect(before).toHaveFocus());
  });

  it('say why of the row that has the focus on "w"', async () => {
    renderPage(PLACEMENT);
    (await screen.findByText('gpu-cluster-aliyun', { selector: 'a' })).closest<HTMLElement>('[role=row]')!.focus();
    await userEvent.keyboard('w');
    expect(await screen.findByRole('dialog', { name: 'gpu-cluster-aliyun' })).toBeInTheDocument();
  });

  it('without Ctrl can be switched off, and stay so; the list opens by its button all the same', async () => {
    const { unmount } = renderPage('');
    await screen.findByText('aliyun-shanghai');
    await userEvent.click(screen.getByRole('button', { name: 'Keys' }));
    await userEvent.click(within(await screen.findByRole('dialog', { name: 'Keys' })).getByRole('switch', { name: 'Keys without Ctrl act' }));
    expect(screen.getByText('search this list (switched off)')).toBeInTheDocument();
    unmount();
    renderPage('');
    await screen.findByText('aliyun-shanghai');
    await userEvent.keyboard('/?');
    expect(screen.getByRole('searchbox', { name: 'Search' })).not.toHaveFocus();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await userEvent.keyboard('{Control>}k{/Control}');
    expect(screen.getByRole('searchbox', { name: /Go to cluster/ })).toHaveFocus();
  });

  it('do not act while somebody types', async () => {
    renderPage('');
    await screen.findByText('aliyun-shanghai');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search' }), 'w?/');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
