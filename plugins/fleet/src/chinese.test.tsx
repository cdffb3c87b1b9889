import { translationApiRef } from '@backstage/frontend-plugin-api';
import type { ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { axeFindings, layOut, renderPage } from './__testUtils__/renderPage';
import { chineseApi } from './__testUtils__/chinese';
import { clusterView, fleetsView } from './testing/clusterFixtures';
import { answered } from './testing/fixtureApi';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

/** Three words of letters in a row: names have hyphens, codes have no spaces. */
const ENGLISH = /[a-z]{2,}(?: [a-z]{2,}){2,}/i;

/** All that a reader sees or hears, but for what is to be typed into a shell. */
function said(): string[] {
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) texts.push(...['aria-label', 'title', 'placeholder', 'aria-valuetext'].map(name => (node as Element).getAttribute(name) ?? ''));
    else if (!node.parentElement?.closest('pre, code, style, script')) texts.push(node.textContent ?? '');
  }
  return texts;
}

/** What React Aria says of a table in the language of the browser, which in a test is English. */
const OF_THE_BROWSER = /^sorted by column/;
const english = () => said().filter(text => ENGLISH.test(text) && !OF_THE_BROWSER.test(text));

const PLACEMENT = '/applications/ai-production/intelligent-ai-platform';
const none = (now: number) => ({ ...fleetsView(now, []), totals: { clusters: 0, fleets: 0, providers: 0, applications: 0 }, attention: [], fleets: [] });

/** A cluster that the portal cannot look into. */
const locked = (now: number): ClusterView => ({
  ...clusterView(now),
  row: { ...clusterView(now).row, state: 'SignInNeeded' },
  detail: { code: 'ClusterCannotSee', values: { applications: 1, debt: 2 } },
  signIn: { kind: 'Token', standing: 'Ended', expiresAt: now - 60_000 },
  findings: [{ code: 'CredentialsEnded', severity: 'danger', path: 'spec.kubeconfigRef', because: { code: 'Finding.CredentialsEnded', values: { said: 'its token ended' } }, remedy: 'npm run join -- --name x', since: '2026-10-06T12:00:00Z' }],
});

const PAGES: [string, string, RegExp, Parameters<typeof renderPage>[1]?][] = [
  ['the overview', '', /data-cluster-onprem 没有响应/],
  ['groups', '?group=region', /按地域分组/],
  ['an empty list', '?state=Held&provider=aliyun', /10 个集群中没有符合的/],
  ['first use', '', /有三种开始方式/, { fleets: async () => none(Date.now()) }],
  ['one cluster', '/clusters/gpu-cluster-huawei', /可用,但4 个节点中 1 个未就绪/],
  ['a cluster whose sign-in ended', '/clusters/gpu-cluster-huawei', /登录凭据已到期/, { cluster: async () => locked(Date.now()) }],
  ['applications', '/applications', /部分 Pod 未就绪:model-inference 5\/6/],
  ['a placement', PLACEMENT, /model-training 运行于 gpu-cluster-huawei/],
  ['another component', `${PLACEMENT}?component=model-inference`, /已写入,未就绪/],
  ['a verdict', `${PLACEMENT}?why=gpu-cluster-aliyun`, /可容纳 4 个副本/],
  ['a rejection', `${PLACEMENT}?why=data-cluster-onprem`, /无响应:超时/],
  ['what is missing', '/clusters/nowhere', /没有集群 nowhere/],
  ['a failure', '', /无法读取舰队/, { fleets: async () => Promise.reject(answered(500, 'said')) }],
];

describe('a page in Chinese', () => {
  it.each(PAGES)('says no sentence in English: %s', async (_, path, expected, over = {}) => {
    renderPage(path, over, [[translationApiRef, await chineseApi()]]);
    expect((await screen.findAllByText(expected)).length).toBeGreaterThan(0);
    expect(english()).toEqual([]);
    expect(await axeFindings()).toEqual([]);
  });

  it('lists its keys in Chinese too', async () => {
    renderPage('', {}, [[translationApiRef, await chineseApi()]]);
    await screen.findAllByText(/没有响应/);
    await userEvent.keyboard('?');
    expect(await screen.findByText('搜索此列表')).toBeInTheDocument();
    expect(english()).toEqual([]);
  });
});
