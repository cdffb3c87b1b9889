import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { clusterRows, fleetsView } from '../../testing/clusterFixtures';
import { answered } from '../../testing/fixtureApi';
import { axeFindings, layOut, renderPage } from '../../__testUtils__/renderPage';

const never = () => new Promise<never>(() => {});
const noStates = (now: number) => fleetsView(now, []).states;

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

describe('overview of all fleets', () => {
  it('says what needs attention, how many clusters are in which state, and what each has left', async () => {
    renderPage('');
    const row = await screen.findByRole('row', { name: /gpu-cluster-huawei/ });
    expect(within(row).getByText('61 / 78 / 96')).toBeInTheDocument();
    expect(within(row).getByText('1 of 16')).toBeInTheDocument();
    expect(within(row).getByRole('meter', { name: 'CPU: used 61, asked 78 of 96' })).toBeInTheDocument();
    expect(screen.getByText('data-cluster-onprem does not answer')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /Healthy 7/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Joining/ })).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: /Open: data-cluster-onprem/ })).toHaveAttribute('href', '/fleet/clusters/data-cluster-onprem');
    expect(await axeFindings()).toEqual([]);
  });

  it('filters by a pressed state, and says which filter to drop when none is left', async () => {
    renderPage('?state=Held&provider=aliyun');
    expect(await screen.findByText('None of 10 clusters fits.')).toBeInTheDocument();
    expect(await screen.findByText(/Without “Held”: 4. Without “aliyun”: 1./)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Drop “Held”' }));
    expect(await screen.findByRole('row', { name: /gpu-cluster-aliyun/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Unreachable/ }));
    expect(await screen.findByText('None of 10 clusters fits.')).toBeInTheDocument();
  });

  it('leads keyboards through the table: arrows, Home and End move, Enter opens', async () => {
    renderPage('');
    const first = await screen.findByRole('row', { name: /aliyun-cluster/ });
    first.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toHaveTextContent('aliyun-shanghai');
    await userEvent.keyboard('{Home}');
    expect(document.activeElement).toHaveTextContent('aliyun-cluster');
    await userEvent.keyboard('{End}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}{Enter}');
    expect(await screen.findByText(/Works, but 1 of 4 nodes/)).toBeInTheDocument();
  });

  it('takes the keyboard to the search field on "/"', async () => {
    renderPage('');
    await screen.findByRole('row', { name: /aliyun-cluster/ });
    await userEvent.keyboard('/');
    expect(screen.getByRole('searchbox', { name: 'Search' })).toHaveFocus();
    await userEvent.keyboard('edge');
    await waitFor(() => expect(screen.queryByRole('row', { name: /aliyun-cluster/ })).not.toBeInTheDocument());
    expect(screen.getByRole('row', { name: /edge-cluster-shenzhen/ })).toBeInTheDocument();
  });

  it('shows a skeleton only after 200 ms', async () => {
    renderPage('', { fleets: never });
    await screen.findByRole('heading', { name: 'All fleets' });
    expect(screen.queryByRole('status', { name: 'Reading…' })).not.toBeInTheDocument();
    expect(await screen.findByRole('status', { name: 'Reading…' })).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says how to begin when there is no cluster', async () => {
    const empty = (now: number) => ({ ...fleetsView(now, []), totals: { clusters: 0, fleets: 0, providers: 0, applications: 0 }, states: noStates(now), attention: [], fleets: [] });
    renderPage('', { fleets: async () => empty(Date.now()) });
    expect(await screen.findByText('No cluster yet. Three ways in.')).toBeInTheDocument();
    expect(screen.getByText(/kubeconfigRef: { namespace: clusters, name: my-cluster }/)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('names what is forbidden and why', async () => {
    renderPage('', { fleets: async () => Promise.reject(answered(403, 'Needs fleet.fleet.read; ask team-platform')) });
    expect(await screen.findByText('You may not see the fleets.')).toBeInTheDocument();
    expect(screen.getByText('Needs fleet.fleet.read; ask team-platform')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says what failed, and tries again when asked', async () => {
    let broken = true;
    renderPage('', { fleets: async () => (broken ? Promise.reject(answered(500, 'the store is locked')) : fleetsView(Date.now())) });
    expect(await screen.findByText(/the store is locked/)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('data-cluster-onprem does not answer')).toBeInTheDocument();
  });

  it('keeps old facts on the page and says that they are old', async () => {
    let broken = false;
    const { signals } = renderPage('', { fleets: async () => (broken ? Promise.reject(answered(503, 'shutting down')) : fleetsView(Date.now())) });
    await screen.findByText('data-cluster-onprem does not answer');
    broken = true;
    signals.send('2');
    expect(await screen.findByText(/Stopped. Last facts/)).toBeInTheDocument();
    expect(screen.getByText('data-cluster-onprem does not answer')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says when a large part of the clusters does not answer', async () => {
    const rows = clusterRows(Date.now()).map((row, index) => (index < 4 ? { ...row, state: 'Unreachable' as const } : row));
    renderPage('', { fleets: async () => fleetsView(Date.now(), rows) });
    expect(await screen.findByText('4 of 10 clusters did not answer.')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });
});
