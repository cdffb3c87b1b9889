/** What one object takes of a quota. Scopes are not looked at. */
import type { KubeObject } from '@flotilla/kube-api';
import { numberOf } from '../quantity';
import { isOver } from './hands';

/** What pods use: `pods`, `requests.*`, `limits.*`, and requests without the word. */
const OF_PODS = /^(pods|cpu|memory|ephemeral-storage|(requests|limits)\.(?!storage$).+)$/;
/** Names from before `count/…`. */
const COUNTED = ['services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'resourcequotas'];

/** Whose objects a resource of a quota counts; undefined for what is not counted here. */
export function countedBy(name: string): { group: string; resource: string } | undefined {
  if (name.startsWith('count/')) {
    const [resource, ...group] = name.slice('count/'.length).split('.');
    return { group: group.join('.'), resource };
  }
  if (OF_PODS.test(name)) return { group: '', resource: 'pods' };
  if (name === 'requests.storage') return { group: '', resource: 'persistentvolumeclaims' };
  return COUNTED.includes(name) ? { group: '', resource: name } : undefined;
}

/** How a container says what a quota counts: which list, which resource. */
export function saidAs(name: string): { list: 'requests' | 'limits'; resource: string } | undefined {
  const [, list = 'requests', resource] = /^(?:(requests|limits)\.)?(.+)$/.exec(name)!;
  return name === 'pods' || !OF_PODS.test(name) ? undefined : { list: list as 'requests' | 'limits', resource };
}

/** How much of it an object of that kind takes: cores, bytes, pieces. */
export function usedBy(name: string, object: KubeObject): number {
  if (name.startsWith('count/')) return 1;
  if (name === 'requests.storage') return numberOf(object.spec?.resources?.requests?.storage);
  if (!OF_PODS.test(name)) return 1;
  if (isOver(object)) return 0;
  const said = saidAs(name);
  if (!said) return 1;
  const of = (containers: any[] = []): number[] => containers.map(each => numberOf(each.resources?.[said.list]?.[said.resource]));
  const together = of(object.spec.containers).reduce((sum, each) => sum + each, 0);
  return Math.max(together, ...of(object.spec.initContainers));
}
