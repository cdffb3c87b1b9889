/** Which kinds a cluster serves, from aggregated discovery, or the plain one of older servers. */
import type { MemberResource, Outcome, RequestLimits } from './types';
import type { RequestLine } from './transport';

type Ask = <T>(line: RequestLine, limits?: RequestLimits) => Promise<Outcome<T>>;

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

interface AggregatedList {
  kind: 'APIGroupDiscoveryList';
  items?: { metadata?: { name?: string }; versions?: { version: string; resources?: { resource: string; scope: string; responseKind?: { kind?: string } }[] }[] }[];
}
interface Versions {
  kind: 'APIVersions';
  versions?: string[];
}
interface GroupList {
  kind: 'APIGroupList';
  groups?: { versions?: { groupVersion: string }[] }[];
}
interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

function fromAggregated(list: AggregatedList): MemberResource[] {
  return (list.items ?? []).flatMap(group =>
    (group.versions ?? []).flatMap(version =>
      (version.resources ?? []).flatMap(each => {
        const kind = each.responseKind?.kind;
        const apiVersion = group.metadata?.name ? `${group.metadata.name}/${version.version}` : version.version;
        return kind ? [{ apiVersion, kind, resource: each.resource, namespaced: each.scope === 'Namespaced' }] : [];
      }),
    ),
  );
}

async function fromPlain(ask: Ask, groupVersions: string[], limits?: RequestLimits): Promise<Outcome<MemberResource[]>> {
  const answers = await Promise.all(
    groupVersions.map(async groupVersion => ({
      groupVersion,
      outcome: await ask<ResourceList>({ method: 'GET', path: groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}` }, limits),
    })),
  );
  const found: MemberResource[] = [];
  let ms = 0;
  for (const { groupVersion, outcome } of answers) {
    ms = Math.max(ms, outcome.ms);
    // One aggregated API that is down must not hide the others.
    if (!outcome.ok) continue;
    for (const each of outcome.value.resources ?? []) {
      if (!each.name.includes('/')) found.push({ apiVersion: groupVersion, kind: each.kind, resource: each.name, namespaced: each.namespaced });
    }
  }
  const silent = answers.length > 0 && answers.every(({ outcome }) => !outcome.ok) ? answers[0].outcome : undefined;
  return silent && !silent.ok ? silent : { ok: true, value: found, ms };
}

/** Every kind served, subresources left out. */
export async function discover(ask: Ask, limits?: RequestLimits): Promise<Outcome<MemberResource[]>> {
  const found: MemberResource[] = [];
  let ms = 0;
  for (const path of ['/api', '/apis']) {
    const root = await ask<AggregatedList | Versions | GroupList>({ method: 'GET', path, accept: AGGREGATED }, limits);
    if (!root.ok) return root;
    ms += root.ms;
    if (root.value?.kind === 'APIGroupDiscoveryList') {
      found.push(...fromAggregated(root.value));
      continue;
    }
    const groupVersions = root.value?.kind === 'APIVersions' ? root.value.versions : root.value?.groups?.flatMap(group => group.versions?.map(version => version.groupVersion) ?? []);
    const plain = await fromPlain(ask, groupVersions ?? [], limits);
    if (!plain.ok) return plain;
    found.push(...plain.value);
    ms += plain.ms;
  }
  return { ok: true, value: found, ms };
}
