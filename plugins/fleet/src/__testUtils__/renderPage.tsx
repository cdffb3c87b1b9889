import { renderInTestApp } from '@backstage/frontend-test-utils';
import type { ApiRef } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import type { RenderResult } from '@testing-library/react';
import axe from 'axe-core';
import { fleetApiRef, type FleetApi } from '../api/FleetApi';
import { FleetShell } from '../shell/FleetShell';
import { fixtureApi } from '../testing/fixtureApi';

/** Gives elements a size, as a browser would: a virtualized table draws no rows in a window of no height. */
export function layOut() {
  const size = (name: 'clientWidth' | 'clientHeight' | 'offsetWidth' | 'offsetHeight', value: number) => jest.spyOn(window.HTMLElement.prototype, name, 'get').mockReturnValue(value);
  size('clientWidth', 1_200);
  size('offsetWidth', 1_200);
  size('clientHeight', 900);
  size('offsetHeight', 900);
  // Ages stand still, so that nothing is drawn again behind a test's back.
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-10-06T12:38:00Z'));
}

/** Signals that a test sends itself. */
export function fakeSignals() {
  const listeners = new Set<(message: any) => void>();
  return {
    send: (version: string) => listeners.forEach(listener => listener({ key: 'views', version })),
    subscribe: (_channel: string, listener: (message: any) => void) => {
      listeners.add(listener);
      return { unsubscribe: () => void listeners.delete(listener) };
    },
  };
}

/** The pages at an address below `/fleet`, answered by fixtures where `over` does not say otherwise. */
export function renderPage(path: string, over: Partial<FleetApi> = {}, apis: [ApiRef<any>, unknown][] = []): RenderResult & { signals: ReturnType<typeof fakeSignals> } {
  const signals = fakeSignals();
  const rendered = renderInTestApp(<FleetShell />, {
    mountPath: '/fleet/*',
    initialRouteEntries: [`/fleet${path}`],
    apis: [
      [fleetApiRef, fixtureApi(Date.now, over)],
      [signalApiRef, signals],
      ...apis,
    ] as any,
  });
  return { ...rendered, signals };
}

// jsdom computes no colours, and the page around ours is not ours.
const RULES = { 'color-contrast': { enabled: false }, region: { enabled: false } };

/** What axe finds wrong, in lines that a person can read; empty is right. */
export async function axeFindings(within: Element = document.body): Promise<string[]> {
  const { violations } = await axe.run(within, { rules: RULES, resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`));
}
