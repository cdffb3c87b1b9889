import { LABEL_JURISDICTION, type ClusterSpec } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';

/** What the portal's configuration knows of clusters whose own object does not say it; the last word after Cluster and profile. */
export interface ClusterDefaults {
  /** All that is given must be so; an empty match is every cluster. */
  match: { name?: string; provider?: string; region?: string };
  jurisdiction?: string;
  prices?: ClusterSpec['prices'];
  performance?: ClusterSpec['performance'];
  compliance?: string[];
}

const matches = (cluster: KubeObject, { name, provider, region }: ClusterDefaults['match']) =>
  (name === undefined || name === cluster.metadata.name) &&
  (provider === undefined || provider === cluster.spec?.provider) &&
  (region === undefined || region === cluster.spec?.region);

/** The cluster with what the configuration adds. Nothing the object says is changed; of two defaults the first that says a thing holds. */
export function withClusterDefaults(cluster: KubeObject, defaults: readonly ClusterDefaults[]): KubeObject {
  return defaults
    .filter(each => matches(cluster, each.match))
    .reduce((filled, each) => fill(filled, each), cluster);
}

function fill(cluster: KubeObject, { jurisdiction, prices, performance, compliance }: ClusterDefaults): KubeObject {
  const labels = jurisdiction ? { [LABEL_JURISDICTION]: jurisdiction, ...cluster.metadata.labels } : cluster.metadata.labels;
  const priced = cluster.spec?.prices || cluster.spec?.nodeGroups?.some((group: { price?: number }) => group.price !== undefined);
  const spec = {
    ...(compliance ? { compliance } : {}),
    ...(prices && !priced ? { prices } : {}),
    ...(performance ? { performance } : {}),
    ...cluster.spec,
  };
  return { ...cluster, metadata: { ...cluster.metadata, labels }, spec };
}
