import { fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { fetchApiRef as legacyFetchApiRef } from '@backstage/core-plugin-api';
import { renderInTestApp as renderInLegacyApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import fleetPlugin from '.';
import { fleetApiRef } from './api/FleetApi';
import { FleetPage, fleetPlugin as legacyPlugin } from './legacy';
import { fixtureApi } from './testing/fixtureApi';
import { layOut } from './__testUtils__/renderPage';

beforeEach(layOut);
afterEach(() => jest.restoreAllMocks());

/** Answers HTTP as the backend's router would, from fixtures. */
async function fetch(input: any): Promise<Response> {
  const { pathname, searchParams } = new URL(String(input));
  const api = fixtureApi();
  const view = pathname.endsWith('/views/fleets') ? await api.fleets() : await api.clusters(Object.fromEntries(searchParams));
  return new Response(JSON.stringify(view), { headers: { 'content-type': 'application/json' } });
}

describe('the fleet plugin', () => {
  it('is a page at /fleet of the new frontend system, fed by HTTP', async () => {
    renderTestApp({ features: [fleetPlugin], initialRouteEntries: ['/fleet'], apis: [[fetchApiRef, { fetch }]] });
    expect(await screen.findByRole('row', { name: /gpu-cluster-huawei/ })).toBeInTheDocument();
  });

  it('is the same page in an app of the old one', async () => {
    await renderInLegacyApp(
      <TestApiProvider apis={[[fleetApiRef, fixtureApi()]]}>
        <Routes>
          <Route path="/fleet/*" element={<FleetPage />} />
        </Routes>
      </TestApiProvider>,
      { routeEntries: ['/fleet'] },
    );
    expect(await screen.findByRole('row', { name: /gpu-cluster-huawei/ })).toBeInTheDocument();
    const factory = [...legacyPlugin.getApis()].find(each => each.api.id === fleetApiRef.id)!;
    expect(Object.values(factory.deps)).toContain(legacyFetchApiRef);
  });
});
