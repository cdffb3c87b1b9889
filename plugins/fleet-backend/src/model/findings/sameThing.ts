import type { KubeObject } from '../kinds';
import type { World } from '../world';
import type { Found, Rule } from './rule';

const others = (object: KubeObject, all: readonly KubeObject[]) => all.filter(each => each.metadata.name !== object.metadata.name);

function site(object: KubeObject, world: World): Found[] {
  const twin = others(object, world.sites).find(each => each.spec?.cluster === object.spec.cluster);
  return twin ? [{ code: 'SameCluster', severity: 'warning', path: 'spec.cluster', because: `EdgeSite ${twin.metadata.name} is about ${object.spec.cluster} as well` }] : [];
}

const way = ({ spec }: KubeObject) => [spec?.sourceCluster, spec?.targetCluster, spec?.protocol ?? 'TCP', spec?.port].join(' ');

function tunnel(object: KubeObject, world: World): Found[] {
  const twin = others(object, world.endpoints).find(each => way(each) === way(object));
  return twin ? [{ code: 'SameTunnel', severity: 'warning', path: 'spec', because: `CrossClusterEndpoint ${twin.metadata.name} joins the same clusters at the same port` }] : [];
}

/** Two objects about one thing. */
export const sameThing: Rule = (object, world) => {
  if (object.kind === 'EdgeSite') return site(object, world);
  return object.kind === 'CrossClusterEndpoint' ? tunnel(object, world) : [];
};
