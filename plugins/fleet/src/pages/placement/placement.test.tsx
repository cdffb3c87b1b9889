import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answered } from '../../testing/fixtureApi';
import { placementView } from '../../testing/placementFixtures';
import { axeFindings, layOut, renderPage } from '../../__testUtils__/renderPage';

const PATH = '/applications/ai-production/intelligent-ai-platform';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

const numbers = (text: string | null) => (text ?? '').match(/\d+\.\d/g)!.map(Number);

describe('placement of an application', () => {
  it('answers in a sentence, then shows the way from all clusters to the chosen one', async () => {
    renderPage(PATH);
    expect(await screen.findByText('model-training runs on gpu-cluster-huawei: least GPU left over, beside its data.')).toBeInTheDocument();
    expect(screen.getByText('4 of 4 placed. Nothing is left without room.')).toBeInTheDocument();
    const steps = within(screen.getByRole('list', { name: 'Clusters left after each filter' })).getAllByRole('listitem');
    expect(steps.map(step => step.querySelector('b')!.textContent)).toEqual(['5', '5', '4', '4', '4', '3', '3', '3', '3', '1']);
    expect(screen.getByText('StageClusterUnusable')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('shows points that add up to the score, and what is not known', async () => {
    renderPage(PATH);
    const rows = (await screen.findAllByRole('row')).filter(row => within(row).queryByRole('button', { name: /^Why gpu/ }));
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      const [, , total, ruler] = [...row.children];
      expect(numbers(ruler.textContent).reduce((sum, each) => sum + each, 0)).toBeCloseTo(Number(total.textContent), 5);
    }
    expect(screen.getByRole('img', { name: /Cost 10.0 of 20, fact missing or old/ })).toBeInTheDocument();
    expect(within(rows[1]).getByText(/More for Cost \(\+3\.6\), Performance \(\+1\.0\), but less for Resources \(−4\.8\)/)).toBeInTheDocument();
  });

  it('changes the component by mouse and arrows, in the address', async () => {
    renderPage(PATH);
    const training = await screen.findByRole('radio', { name: /model-training/ });
    training.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(await screen.findByText(/^model-inference runs on 2 clusters/, { selector: 'p' })).toBeInTheDocument();
    expect(screen.getByRole('radio', { name: /model-inference/ })).toHaveFocus();
    expect(screen.getByText('Label gpu-cluster-aliyun with low-latency=true')).toBeInTheDocument();
  });

  it('opens a verdict in a drawer that keeps the focus, steps through verdicts, and gives the focus back', async () => {
    renderPage(PATH);
    const why = await screen.findByRole('button', { name: 'Why gpu-cluster-aliyun' });
    await userEvent.click(why);
    const drawer = await screen.findByRole('dialog', { name: 'gpu-cluster-aliyun' });
    expect(drawer).toHaveFocus();
    expect(await within(drawer).findByText('2.2 behind')).toBeInTheDocument();
    expect(within(drawer).getByText('8 of 8 passed')).toBeInTheDocument();
    expect(within(drawer).getByText('−4.8')).toBeInTheDocument();
    expect(await axeFindings(drawer)).toEqual([]);
    for (let presses = 0; presses < 12; presses++) {
      await userEvent.tab();
      expect(drawer).toContainElement(document.activeElement as HTMLElement);
    }
    await userEvent.click(within(drawer).getByRole('button', { name: 'Next' }));
    expect(await screen.findByRole('dialog', { name: 'gpu-cluster-onprem' })).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await waitFor(() => expect(screen.getByRole('button', { name: 'Why gpu-cluster-aliyun' })).toHaveFocus());
  });

  it('says why not for a cluster that was rejected, from its group and from the search', async () => {
    renderPage(PATH);
    await userEvent.click(await screen.findByRole('button', { name: 'Why not inference-cluster-aliyun' }));
    const drawer = await screen.findByRole('dialog', { name: 'inference-cluster-aliyun' });
    expect(await within(drawer).findByText('It cannot run here.')).toBeInTheDocument();
    expect(within(drawer).getByText('7 of 8 passed')).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await userEvent.type(screen.getByRole('searchbox', { name: 'Why not… type a cluster' }), 'data');
    await userEvent.click(await screen.findByRole('option', { name: 'data-cluster-onprem' }));
    expect(await screen.findByRole('dialog', { name: 'data-cluster-onprem' })).toBeInTheDocument();
  });

  it('says an unknown cluster in the drawer of a shared link', async () => {
    renderPage(`${PATH}?why=nowhere`);
    expect(await screen.findByText('There is no verdict on nowhere.')).toBeInTheDocument();
  });

  it('begins with the red sentence when something has no room, and says so before the decision too', async () => {
    const view = placementView(Date.now());
    const [training] = view.components;
    const short = { ...training, unplaced: 4, verdicts: training.verdicts.slice(3), sentence: { code: 'NoPlace', values: { subject: 'model-training', clusters: 2, nearest: 'data-cluster-onprem', because: 'AllFull' } }, detail: { code: 'DetailUnplaced', values: { placed: 0, wanted: 4, unplaced: 4 } }, notes: [{ code: 'UnplacedWhole', values: { replicas: 4 } }] };
    renderPage(PATH, { placement: async () => ({ ...view, now: Date.now(), components: [short] }) });
    expect(await screen.findByText(/^model-training has no place on any of 2 clusters/)).toHaveClass('bad');
    expect(screen.getByText('All 4 pods or none: no cluster has room for all')).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it('says when nothing has been decided yet', async () => {
    const view = placementView(Date.now());
    const undecided = { ...view.components[0], decidedAt: undefined, funnel: [], verdicts: [], total: 0, groups: [], history: [], needs: [], sentence: { code: 'NothingDecided', values: {} } };
    renderPage(PATH, { placement: async () => ({ ...view, now: Date.now(), components: [undecided] }) });
    expect(await screen.findByText(/The decision comes as soon as/)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });

  it.each([
    [403, 'You may not see placement of intelligent-ai-platform.'],
    [404, 'There is no placement of intelligent-ai-platform.'],
    [500, 'placement of intelligent-ai-platform could not be read.'],
  ])('says a %d in words', async (status, words) => {
    renderPage(PATH, { placement: async () => Promise.reject(answered(status, 'said by the server')) });
    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(await axeFindings()).toEqual([]);
  });
});
