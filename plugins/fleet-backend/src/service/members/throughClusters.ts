import { MEMBERS_GROUP } from '@flotilla/backstage-plugin-fleet-common';
import type { Principal } from '@flotilla/kube-api';
import type { Authority, Reader, Right, RightAbout } from '../rights';

const clusterItself = (name?: string): RightAbout => ({ group: 'fleet.kurator.dev', resource: 'clusters', name });

/**
 * Whoever asks for what stands in a member needs read of its Cluster as well: a right in a namespace is none in every cluster that has
 * a namespace of that name.
 */
export function throughClusters(inner: Authority): Authority {
  return {
    async check(principal: Principal, right: Right, about: RightAbout) {
      const answer = await inner.check(principal, right, about);
      if (!answer.allowed || about.cluster === undefined) return answer;
      const cluster = await inner.check(principal, 'read', clusterItself(about.cluster));
      return cluster.allowed ? cluster : { allowed: false, why: `reading Cluster ${about.cluster} ${cluster.why}` };
    },
    async reader(principal: Principal, about: RightAbout, right?: Right): Promise<Reader> {
      if (about.group !== MEMBERS_GROUP && about.cluster === undefined) return inner.reader(principal, about, right);
      const [objects, clusters] = await Promise.all([inner.reader(principal, about, right), inner.reader(principal, clusterItself())]);
      if (clusters.all || (!objects.all && objects.why !== '')) return objects;
      const within = (each: RightAbout) => each.cluster !== undefined && clusters.sees(clusterItself(each.cluster));
      return { all: false, why: '', sees: each => within(each) && (objects.all || objects.sees(each)) };
    },
  };
}
