import type { ClusterRow } from '@flotilla/backstage-plugin-fleet-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { clusterRows } from '../../testing/clusterFixtures';
import { fixtureApi } from '../../testing/fixtureApi';
import { axeFindings, layOut, renderPage } from '../../__testUtils__/renderPage';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

// Roles of all rows with their names cost jsdom seconds; what is looked for is found by its text.
/** Names of the clusters in the order of their rows. */
const order = () => [...document.querySelectorAll('[role=rowheader] a')].map(link => link.textContent);
const rowOf = async (name: string) => (await screen.findByText(name)).closest<HTMLElement>('[role=row]')!;
/** The part of the page that acts: a button, a column's head. */
const press = (text: string | RegExp) => userEvent.click(screen.getAllByText(text)[0]);
const BUSIEST_FIRST = ['gpu-cluster-huawei', 'edge-cluster-shenzhen'];

describe('rows', () => {
  /** Rows whose load changes when told to. */
  function changing() {
    let change = (row: ClusterRow) => row;
    const rows = (now: number) => clusterRows(now).map(row => change(row));
    const { clusters } = fixtureApi(Date.now, {}, rows);
    const rendered = renderPage('?sort=-cpu', { clusters });
    const load = (name: string, asked: number) => {
      change = row => (row.name === name ? { ...row, cpu: { asked, total: row.cpu!.total } } : row);
      rendered.signals.send(String(asked));
    };
    return { ...rendered, load };
  }

  it('never jump: a new order waits until it is asked for, with the newest facts meanwhile, and focus stays', async () => {
    const { load } = changing();
    const row = await rowOf('edge-cluster-shenzhen');
    const before = order();
    expect(before.slice(0, 2)).toEqual(BUSIEST_FIRST);
    row.focus();
    load('huawei-cluster', 64_000);
    expect(await screen.findByText(/rows moved/)).toBeInTheDocument();
    expect(order()).toEqual(before);
    expect(within(await rowOf('huawei-cluster')).getByText(/64 \/ 64$/)).toBeInTheDocument();
    expect(row).toHaveFocus();
    await press('Re-sort');
    await waitFor(() => expect(order()[0]).toBe('huawei-cluster'));
    expect(screen.queryByText(/rows moved/)).not.toBeInTheDocument();
  });

  it('say nothing while only facts change, and are sorted anew by another sort', async () => {
    const { load } = changing();
    await rowOf('huawei-cluster');
    load('huawei-cluster', 22_500);
    expect(await screen.findByText(/23 \/ 64$/)).toBeInTheDocument();
    expect(screen.queryByText(/rows? moved/)).not.toBeInTheDocument();
    load('huawei-cluster', 64_000);
    await screen.findByText(/rows moved/);
    await press('Name');
    await waitFor(() => expect(order()[0]).toBe('aliyun-cluster'));
    expect(screen.queryByText(/rows? moved/)).not.toBeInTheDocument();
  });
});

describe('filters and groups', () => {
  it('offer every value there is with its count, and none where there is no choice', async () => {
    renderPage('');
    await rowOf('aliyun-cluster');
    expect(screen.queryByText(/^Owner/)).not.toBeInTheDocument();
    await press('Region: All');
    await userEvent.click(await screen.findByRole('option', { name: 'cn-north-1 (3)' }));
    await waitFor(() => expect(order()).toEqual(['gpu-cluster-huawei', 'huawei-cloud-beijing', 'huawei-cluster']));
    await press('Clear filters');
    await waitFor(() => expect(order()).toHaveLength(10));
  });

  it('show heads with counts per state, which close and open their rows', async () => {
    renderPage('?group=region');
    const head = await rowOf('cn-north-1');
    expect(head).toHaveTextContent(/open group.*cn-north-1.*3.*1.*Healthy.*1.*Degraded.*1.*Held/);
    expect(within(head).getByText('1 of 16')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
    await userEvent.click(head);
    await waitFor(() => expect(screen.queryByText('gpu-cluster-huawei')).not.toBeInTheDocument());
    expect(await rowOf('cn-north-1')).toHaveTextContent('closed group');
    expect(screen.getByText('aliyun-shanghai')).toBeInTheDocument();
    await userEvent.click(await rowOf('cn-north-1'));
    expect(await screen.findByText('gpu-cluster-huawei')).toBeInTheDocument();
  });
});
