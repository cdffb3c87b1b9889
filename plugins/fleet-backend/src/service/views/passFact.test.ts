import { sentence } from '@flotilla/backstage-plugin-fleet-common';
import { filtersOf } from '../../scheduler';
import { passFact, type Passing } from './passFact';

const SEEN = Date.UTC(2026, 0, 1);
const cluster: any = {
  name: 'c', labels: {}, taints: [], mode: 'Manage', reachable: { ok: true, since: SEEN - 60_000 }, jurisdiction: 'CN',
  nodes: { value: [], seenAt: SEEN }, apis: { value: ['apps/v1/Deployment'], seenAt: SEEN - 1_000 }, compliance: { version: { value: 'v1.36.0', seenAt: SEEN - 2_000 } },
};
const request: any = { bounds: [], apis: ['apps/v1/Deployment'], replicas: 3 };
const FILTERS = filtersOf({ rejections: [] } as any).map(({ filter }) => filter);
const say = (filter: string, over: Partial<Passing> = {}) => {
  const fact = passFact(filter, { cluster, request, room: 5, ...over })!;
  return [sentence(fact.because), fact.factAt === undefined ? undefined : SEEN - fact.factAt];
};

describe('a filter that a cluster passed', () => {
  it.each(FILTERS)('%s says the fact it looked at', filter => expect(passFact(filter, { cluster, request, room: 5 })!.because.code).toMatch(/^Pass/));

  it('gives the age of what was seen, and none to what is declared', () => {
    expect(say('capacity')).toEqual(['Room for 5 replicas, 3 asked', 0]);
    expect(say('apis')).toEqual(['Serves apps/v1/Deployment', 1_000]);
    expect(say('reachable')).toEqual(['Answers, without a break since 2025-12-31 23:59 UTC', 2_000]);
    expect(say('mode')).toEqual(['Mode Manage, not held', undefined]);
  });

  it('names whose rule was met', () => {
    const bounds = [{ source: 'policy', name: 'team/p', exclude: ['x'], labelSelector: { matchLabels: { gpu: 'v100' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }];
    expect(say('names', { request: { ...request, bounds } })[0]).toBe('Not among those that policy team/p excludes');
    expect(say('labels', { request: { ...request, bounds } })[0]).toMatch(/^Meets gpu=v100, .*tier/);
    expect(say('taints', { cluster: { ...cluster, taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })[0]).toBe('Its taint gpu:NoSchedule is tolerated');
    expect(say('residency', { request: { ...request, residency: ['CN'] } })[0]).toBe('Lies in CN, which is allowed');
  });

  it('says what was not known', () => {
    expect(say('capacity', { room: undefined })).toEqual(['Its nodes are not known, so room was not checked', undefined]);
    expect(say('apis', { cluster: { ...cluster, apis: 'unknown' } })[0]).toBe('Its APIs were not read yet; writing will tell');
    expect(passFact('licence', { cluster, request })).toBeUndefined();
  });
});
