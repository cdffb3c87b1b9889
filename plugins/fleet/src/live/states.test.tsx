import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { clusterView } from '../testing/clusterFixtures';
import { answered, fixtureApi } from '../testing/fixtureApi';
import type { FleetApi } from '../api/FleetApi';
import { axeFindings, layOut, renderPage } from '../__testUtils__/renderPage';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

/** Every page, the read it stands on, and something that it says when all is well. */
const PAGES: [string, string, keyof FleetApi, RegExp][] = [
  ['the overview', '', 'fleets', /data-cluster-onprem does not answer/],
  ['the list in it', '', 'clusters', /1–10 of 10/],
  ['a cluster', '/clusters/gpu-cluster-huawei', 'cluster', /Works, but 1 of 4 nodes/],
  ['applications', '/applications', 'applications', /critical-app/],
  ['a placement', '/applications/ai-production/intelligent-ai-platform', 'placement', /model-training runs on/],
  ['a verdict', '/applications/ai-production/intelligent-ai-platform?why=gpu-cluster-aliyun', 'verdict', /could run here/],
];

const failing = (read: keyof FleetApi, statusCode: number) => ({ [read]: async () => Promise.reject(answered(statusCode, 'said by the portal')) });

describe.each(PAGES)('%s', (_, path, read, well) => {
  it('shows a skeleton while it is read, never a lone spinner', async () => {
    renderPage(path, { [read]: () => new Promise<never>(() => {}) });
    expect((await screen.findAllByRole('status', { name: 'Reading…' })).length).toBeGreaterThan(0);
    expect(screen.queryByText(well)).not.toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says what is forbidden and why, and shows nothing of it', async () => {
    renderPage(path, failing(read, 403));
    expect(await screen.findByText(/^You may not see/)).toBeInTheDocument();
    expect(screen.getByText('said by the portal')).toBeInTheDocument();
    expect(screen.queryByText(well)).not.toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says what failed, since when, what to try, and gives details to copy; then tries again', async () => {
    const user = userEvent.setup();
    let broken = true;
    const answer = fixtureApi()[read] as (...of: unknown[]) => Promise<unknown>;
    renderPage(path, { [read]: async (...of: unknown[]) => (broken ? Promise.reject(answered(500, 'said by the portal')) : answer(...of)) });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(/could not be read\..*Since .*said by the portal.*Reload/);
    expect(await axeFindings()).toEqual([]);
    const copied = jest.spyOn(navigator.clipboard, 'writeText');
    await user.click(screen.getByRole('button', { name: 'Copy details' }));
    expect(copied.mock.lastCall?.[0]).toMatch(/could not be read.*\nsaid by the portal\n20\d\d-/);
    broken = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect((await screen.findAllByText(well)).length).toBeGreaterThan(0);
  });

  it('keeps what it has when reading fails later, and says how old that is', async () => {
    let broken = false;
    const answer = fixtureApi()[read] as (...of: unknown[]) => Promise<unknown>;
    const { signals } = renderPage(path, { [read]: async (...of: unknown[]) => (broken ? Promise.reject(answered(503, 'shutting down')) : answer(...of)) });
    expect((await screen.findAllByText(well)).length).toBeGreaterThan(0);
    broken = true;
    signals.send('2');
    expect(await screen.findByText(/Stopped\. Last facts/)).toBeInTheDocument();
    expect(screen.getAllByText(well).length).toBeGreaterThan(0);
    expect(await axeFindings()).toEqual([]);
  });
});

it('a cluster that does not answer begins with the red sentence', async () => {
  const view = clusterView(Date.now());
  const row = { ...view.row, state: 'Unreachable' as const };
  const sentence = { code: 'ClusterNotWell', values: { state: 'state.Unreachable', because: 'ClusterSilent', since: Date.now() - 840_000, why: 'TimedOut', said: 'it did not answer within 5 s' } };
  renderPage('/clusters/gpu-cluster-huawei', { cluster: async () => ({ ...view, now: Date.now(), row, sentence }) });
  expect(await screen.findByText(/^Does not answer: no answer since 2026-10-06 12:24 UTC: it did not answer within 5 s\.$/)).toHaveClass('bad');
  expect(await axeFindings()).toEqual([]);
});
