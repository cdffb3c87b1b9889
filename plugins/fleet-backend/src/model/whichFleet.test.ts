import type { KubeObject } from './kinds';
import { whichFleet, type FleetQuestion } from './whichFleet';

const fleet = (key: string, clusters: string[] = [], allowedNamespaces?: string[]): KubeObject => {
  const [namespace, name] = key.split('/');
  return { apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Fleet', metadata: { namespace, name }, spec: { clusters: clusters.map(each => ({ name: each })), allowedNamespaces } };
};
const app = (spec: any = {}, annotations: any = {}): KubeObject => ({ apiVersion: 'apps.kurator.dev/v1alpha1', kind: 'Application', metadata: { namespace: 'shop', name: 'cart', annotations }, spec });
const shop = (annotations: any = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations } });
const FLEET = 'fleet.kurator.dev/fleet';

const ask = (over: Partial<FleetQuestion>) => {
  const answer = whichFleet({ object: app(), namespace: shop(), fleets: [], fleetNamespaces: ['kurator-system'], ...over });
  return answer.found === 'one' ? `${answer.fleet.metadata.namespace}/${answer.fleet.metadata.name} by ${answer.by}` : answer.found;
};

const own = fleet('shop/main');
const central = fleet('kurator-system/main');
const closed = fleet('team-b/main');
const lent = fleet('team-b/lent', [], ['shop']);

describe('whichFleet', () => {
  it.each<[string, Partial<FleetQuestion>, string]>([
    ['takes the destination by namespace/name', { object: app({ destination: { fleet: 'kurator-system/main' } }), fleets: [own, central] }, 'kurator-system/main by destination'],
    ['takes a bare name in its own namespace first', { object: app({ destination: { fleet: 'main' } }), fleets: [central, own] }, 'shop/main by destination'],
    ['takes a bare name among the fleets open to it', { object: app({ destination: { fleet: 'main' } }), fleets: [central, closed] }, 'kurator-system/main by destination'],
    ['cannot choose between two open fleets of one bare name', { object: app({ destination: { fleet: 'main' } }), fleets: [central, fleet('team-b/main', [], ['*'])] }, 'several'],
    ['refuses a destination that is not open', { object: app({ destination: { fleet: 'team-b/main' } }), fleets: [closed] }, 'none'],
    ['refuses a destination that does not exist', { object: app({ destination: { fleet: 'ghost' } }), fleets: [own] }, 'none'],
    ["takes the object's annotation before its Namespace's", { object: app({}, { [FLEET]: 'team-b/lent' }), namespace: shop({ [FLEET]: 'shop/main' }), fleets: [own, lent] }, 'team-b/lent by annotation'],
    ["takes the Namespace's annotation", { namespace: shop({ [FLEET]: 'kurator-system/main' }), fleets: [own, central] }, 'kurator-system/main by namespace'],
    ['takes the only fleet that is open', { fleets: [central, closed] }, 'kurator-system/main by only'],
    ['cannot choose between two that are open', { fleets: [central, own] }, 'several'],
    ['takes the only one that holds all clusters of the policy', { fleets: [fleet('shop/a', ['x', 'y']), fleet('shop/b', ['x'])], policyClusters: ['x', 'y'] }, 'shop/a by only'],
    ['finds none when no fleet holds them all', { fleets: [fleet('shop/a', ['y']), fleet('shop/b', ['x'])], policyClusters: ['x', 'y'] }, 'none'],
    ['finds none when nothing is open', { fleets: [closed] }, 'none'],
    ['is closed to its allowed list alone, even in a fleet namespace', { fleets: [fleet('kurator-system/main', [], ['other'])] }, 'none'],
    ['keeps the recorded fleet when a second one appears', { fleets: [central, own], recorded: 'kurator-system/main' }, 'kurator-system/main by recorded'],
    ["keeps the recorded fleet when the Namespace's annotation changes", { fleets: [central, own], recorded: 'kurator-system/main', namespace: shop({ [FLEET]: 'shop/main' }) }, 'kurator-system/main by recorded'],
    ['moves when the application itself names another', { fleets: [central, own], recorded: 'kurator-system/main', object: app({ destination: { fleet: 'shop/main' } }) }, 'shop/main by destination'],
    ['goes nowhere by itself when the recorded fleet is gone', { fleets: [own], recorded: 'kurator-system/main' }, 'none'],
    ['reads no destination from an object that is no Application', { object: { ...app({ destination: { fleet: 'ghost' } }), kind: 'Deployment' }, fleets: [own] }, 'shop/main by only'],
  ])('%s', (_sentence, question, expected) => {
    expect(ask(question)).toBe(expected);
  });

  it('names the candidates and a fix of one line', () => {
    expect(whichFleet({ object: app(), fleets: [own, central], fleetNamespaces: ['kurator-system'] })).toEqual({
      found: 'several',
      candidates: ['kurator-system/main', 'shop/main'],
      because: 'several fleets are open to namespace shop: kurator-system/main, shop/main',
      fix: 'set spec.destination.fleet, or annotate the object or its Namespace with fleet.kurator.dev/fleet: kurator-system/main',
    });
  });
});
