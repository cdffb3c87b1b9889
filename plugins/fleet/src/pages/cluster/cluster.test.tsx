import type { ClusterState } from '@flotilla/backstage-plugin-fleet-common';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { clusterView } from '../../testing/clusterFixtures';
import { answered } from '../../testing/fixtureApi';
import { axeFindings, layOut, renderPage } from '../../__testUtils__/renderPage';

/** Where `layOut` holds the clock. */
const NOW = Date.parse('2026-10-06T12:38:00Z');

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

describe('one cluster', () => {
  it('says whether it is well, what runs there and why, what is left and how old each fact is', async () => {
    renderPage('/clusters/gpu-cluster-huawei');
    expect(await screen.findByText('Works, but 1 of 4 nodes are not ready; 18 CPU cores and 1 of 16 GPUs are free.')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Why model-training is here' })).toHaveAttribute('href', '/fleet/applications/ai-production/intelligent-ai-platform?component=model-training&why=gpu-cluster-huawei');
    expect(screen.getByText('ImagePullBackOff: Back-off pulling image')).toBeInTheDocument();
    expect(screen.getByText('61 used · 78 asked · 96 cores')).toBeInTheDocument();
    expect(screen.getAllByRole('img', { name: 'protected' })).toHaveLength(2);
    const facts = screen.getByRole('region', { name: 'Age of facts' });
    expect(within(facts).getByText('8 m')).toBeInTheDocument();
    expect(within(facts).getAllByText('declared')).toHaveLength(2);
    expect(await axeFindings()).toEqual([]);
  });

  it('shows asked and total where the member measures no use', async () => {
    const view = clusterView(Date.now());
    renderPage('/clusters/gpu-cluster-huawei', { cluster: async () => ({ ...view, now: Date.now(), row: { ...view.row, cpu: { asked: 78_000, total: 96_000 } } }) });
    expect(await screen.findByText('78 asked · 96 cores')).toBeInTheDocument();
  });

  it('says a new cluster without nodes, fleet or events plainly', async () => {
    const view = clusterView(Date.now());
    const { cpu: _c, memory: _m, gpu: _g, pods: _p, ...row } = view.row;
    renderPage('/clusters/gpu-cluster-huawei', { cluster: async () => ({ ...view, now: Date.now(), row: { ...row, state: 'NotSeen', fleets: [], nodes: undefined, seenAt: undefined }, nodes: [], running: [], labels: [], taints: [], events: [], findings: [], nodeGroups: [] }) });
    for (const words of ['Nothing of this portal runs here.', 'Its nodes are not known.', 'No labels, no taints.', 'Nothing was recorded yet.']) expect(await screen.findByText(words)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  const accessOf = async (over: Partial<ReturnType<typeof clusterView>>) => {
    const view = clusterView(Date.now());
    renderPage('/clusters/gpu-cluster-huawei', { cluster: async () => ({ ...view, now: Date.now(), ...over }) });
    const panel = await screen.findByRole('region', { name: 'The way in' });
    const pairs = [...panel.querySelectorAll('dt')].map(dt => `${dt.textContent}: ${dt.nextElementSibling!.textContent!.trim()}`);
    return [pairs.join('; '), await axeFindings(panel)];
  };
  const state = (word: ClusterState) => ({ row: { ...clusterView(Date.now()).row, state: word } });
  const DAY = 86_400_000;

  it.each<[string, Partial<ReturnType<typeof clusterView>>, RegExp]>([
    ['a token that is renewed in time', {}, /^Answers: yes; Last answer: \d s; Signs in with: token of a ServiceAccount; Ends: Oct 26 [\d:]+, in 20 d; Renewed: by the portal, from Oct 16 [\d:]+$/],
    ['a renewal that fails', { signIn: { kind: 'ServiceAccountToken', standing: 'NotRenewed', expiresAt: NOW + 9 * DAY, renewsAt: NOW - DAY } }, /in 9 d; Renewed: tried again and again, without success so far$/],
    ['a certificate about to end', { signIn: { kind: 'ClientCertificate', standing: 'Ends', expiresAt: NOW + 3 * DAY } }, /client certificate; Ends: Oct 9 [\d:]+, in 3 d; Renewed: by hand$/],
    ['a token that ended', { ...state('SignInNeeded'), signIn: { kind: 'Token', standing: 'Ended', expiresAt: NOW - 2 * DAY } }, /^Answers: not to us: the portal cannot look in, which does not say it is down; .*Ends: ended Oct 4 [\d:]+, 2 d ago/],
    ['a token that says nothing of an end', { signIn: { kind: 'Token', standing: 'Good' } }, /Ends: never, or it does not say; Renewed: by hand$/],
    ['a kubeconfig nobody could read', { ...state('SignInNeeded'), signIn: undefined }, /Signs in with: nothing that could be read yet$/],
    ['a cluster that is silent', state('Unreachable'), /^Answers: no: it may be down, or the way to it; /],
    ['a cluster that may not be read', state('NoPermission'), /^Answers: yes, but not all of it may be read; /],
  ])('says how the portal gets in: %s', async (_, over, said) => {
    expect(await accessOf(over)).toEqual([expect.stringMatching(said), []]);
  });

  it('shows what the portal found of its way in, each with the line that mends it', async () => {
    const view = clusterView(Date.now());
    const remedy = 'kubectl create clusterrole flotilla-events --verb=list,watch --resource=events';
    const finding = (code: string, said: string, line?: string) => ({ code, severity: 'warning' as const, path: 'spec.kubeconfigRef', because: { code: `Finding.${code}`, values: { said } }, remedy: line, since: '2026-10-06T12:00:00Z' });
    const findings = [finding('RightsMissing', 'its account may not list, watch events: its events are not shown', remedy), finding('CredentialsEnd', 'its token ends at noon', 'npm run join -- --name x'), finding('Other', 'no line mends it')];
    renderPage('/clusters/gpu-cluster-huawei', { cluster: async () => ({ ...view, now: Date.now(), findings }) });
    const panel = await screen.findByRole('region', { name: 'Findings' });
    expect(within(panel).getByText(/may not list, watch events/)).toBeInTheDocument();
    expect(within(panel).getAllByRole('group').map(each => each.textContent)).toEqual([remedy, 'npm run join -- --name x']);
    const user = userEvent.setup();
    const wrote = jest.spyOn(navigator.clipboard, 'writeText');
    await user.click(within(panel).getByRole('button', { name: 'Copy: What mends it: RightsMissing' }));
    expect(wrote).toHaveBeenCalledWith(remedy);
    expect(await axeFindings(panel)).toEqual([]);
  });

  it('says that a cluster is not there, or not to be seen', async () => {
    const { unmount } = renderPage('/clusters/nowhere');
    expect(await screen.findByText('There is no cluster nowhere.')).toBeInTheDocument();
    unmount();
    renderPage('/clusters/secret', { cluster: async () => Promise.reject(answered(403, 'Needs fleet.cluster.read')) });
    expect(await screen.findByText('You may not see cluster secret.')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });
});

describe('applications', () => {
  it('lists where they run, whether they are ready, and why', async () => {
    renderPage('/applications');
    const row = await screen.findByRole('row', { name: /intelligent-ai-platform/ });
    expect(within(row).getByText('9 / 10')).toBeInTheDocument();
    expect(within(row).getByText('Not ready')).toBeInTheDocument();
    expect(within(row).getByText('2 findings')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'critical-app' })).toHaveAttribute('href', '/fleet/objects/Deployment/default/critical-app');
    expect(await axeFindings()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: /Ready 1/ }));
    expect(await screen.findByRole('link', { name: 'critical-app' })).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'intelligent-ai-platform' })).not.toBeInTheDocument();
  });

  it('says how to begin, and what hides them', async () => {
    const { unmount } = renderPage('/applications', { applications: async () => ({ version: '1', now: Date.now(), items: [], total: 0, all: 0, from: 0, states: { Ready: 0, Working: 0, NotScheduled: 0, NotReady: 0, Terminating: 0 } }) });
    expect(await screen.findByText('No application yet.')).toBeInTheDocument();
    unmount();
    renderPage('/applications?search=nothing');
    expect(await screen.findByText('None of the applications fits.')).toBeInTheDocument();
    await userEvent.click(screen.getAllByRole('button', { name: 'Clear filters' })[0]);
    expect(await screen.findByRole('link', { name: 'critical-app' })).toBeInTheDocument();
  });
});

describe('the way to a cluster or an application', () => {
  it('is Ctrl K and a part of the name', async () => {
    renderPage('/applications');
    await screen.findByRole('link', { name: 'critical-app' });
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('gpu-cluster-h');
    await userEvent.click(await screen.findByRole('option', { name: /gpu-cluster-huawei/ }));
    expect(await screen.findByRole('heading', { name: /gpu-cluster-huawei/ })).toBeInTheDocument();
  });
});
