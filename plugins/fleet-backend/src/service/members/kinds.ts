/** The kinds of the aggregated group: what they are called, which schema and which table they have. */
import { LABEL_CLUSTER, MEMBERS_GROUP } from '@flotilla/backstage-plugin-fleet-common';
import { ageOf, builtinColumns, type KubeObject, type ResourceInfo, type Schema, type TableColumn } from '@flotilla/kube-api';
import type { MemberKind } from '../../observe/types';

const VERSION = 'v1alpha1';

const text = (description: string): Schema => ({ type: 'string', description });
const whole = (description: string): Schema => ({ type: 'integer', description });
const anything = (description: string): Schema => ({ type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true });

const IDENTITY: Record<string, Schema> = { cluster: text('The member it stands in.'), name: text('Its name there.') };
const SEEN: Record<string, Schema> = { lastSeenTime: { ...text('When this was last known to be true.'), format: 'date-time' } };

/** @param open - whether there is more, as in the member's own kind */
function schemaOf(kind: MemberKind, spec: Record<string, Schema>, status: Record<string, Schema>, open = true, more: Record<string, Schema> = {}): Schema {
  const rest = open ? { 'x-kubernetes-preserve-unknown-fields': true } : {};
  return {
    type: 'object',
    description: `${kind === 'Event' ? 'An' : 'A'} ${kind} of a member cluster, read only, as the portal last saw it: the label \`${LABEL_CLUSTER}\` and \`spec.cluster\` say where. Environment, annotations and volumes are never here.`,
    properties: {
      spec: { type: 'object', description: `Where it is, and what is shown of the ${kind}'s spec.`, properties: { ...IDENTITY, ...spec }, ...rest },
      status: { type: 'object', description: `What is shown of the ${kind}'s status.`, properties: { ...SEEN, ...status }, ...rest },
      ...more,
    },
  };
}

const POD_STATUS = {
  phase: text('Pending, Running, Succeeded, Failed or Unknown.'),
  state: text('The word of `kubectl get pods`, such as CrashLoopBackOff.'),
  readyContainers: whole('Containers that are ready.'),
  containers: whole('Containers there are.'),
  restarts: whole('Restarts of its containers.'),
  lastRestartTime: { ...text('When one was last restarted.'), format: 'date-time' },
  podIP: text('Its address in the member.'),
  message: text('Why it is not well, in the member\'s words.'),
};

const column = (name: string, cell: TableColumn['cell'], priority = 0): TableColumn => ({ name, type: 'string', priority, cell });
const clusterColumn = column('Cluster', object => object.spec.cluster);
const factAge = { ...column('Fact Age', (object, now) => ageOf(object.status?.lastSeenTime, now)), description: 'How long ago this was last known to be true.' };

/** Kubernetes' own columns, with the cluster behind the first and the age of the fact behind those that are always shown. */
function withCluster([first, ...rest]: readonly TableColumn[]): TableColumn[] {
  const wide = (each: TableColumn) => (each.priority ?? 0) > 0;
  return [first, clusterColumn, ...rest.filter(each => !wide(each)), factAge, ...rest.filter(wide)];
}

function restarts({ status }: KubeObject, now: number): string {
  const { restarts: times = 0, lastRestartTime } = status;
  return times > 0 && lastRestartTime ? `${times} (${ageOf(lastRestartTime, now)} ago)` : String(times);
}

const [NAME] = builtinColumns('pods');
const AGE = builtinColumns('pods').find(each => each.name === 'Age')!;
const PODS = withCluster([
  NAME,
  column('Ready', ({ status }) => `${status.readyContainers}/${status.containers}`),
  column('Status', ({ status }) => status.state),
  column('Restarts', restarts),
  AGE,
  column('IP', ({ status }) => status.podIP ?? '<none>', 1),
  column('Node', ({ spec }) => spec.nodeName ?? '<none>', 1),
]);

interface Definition {
  kind: MemberKind;
  shortName: string;
  namespaced?: boolean;
  table: readonly TableColumn[];
  schema: Schema;
  selectable?: string[];
}

const workload = (kind: MemberKind, shortName: string, like: string): Definition => ({ kind, shortName, table: withCluster(builtinColumns(like)), schema: schemaOf(kind, {}, {}) });

const DEFINITIONS: Definition[] = [
  { kind: 'Pod', shortName: 'mpo', table: PODS, schema: schemaOf('Pod', { nodeName: text('The node it is bound to.'), owner: text('What made it, such as ReplicaSet/web-5d4f8.') }, POD_STATUS, false), selectable: ['spec.nodeName', 'status.phase'] },
  { kind: 'Node', shortName: 'mno', namespaced: false, table: withCluster(builtinColumns('nodes')), schema: schemaOf('Node', {}, {}), selectable: ['spec.unschedulable'] },
  {
    kind: 'Event', shortName: 'mev', table: withCluster(builtinColumns('events')),
    schema: schemaOf('Event', {}, {}, false, { involvedObject: anything('What it is about, by its name in the member.'), type: text('Normal or Warning.'), reason: text('Why, as one word.'), message: text('Why, as a sentence.'), source: anything('Who says so.'), count: whole('How often.'), firstTimestamp: text('When first.'), lastTimestamp: text('When last.') }),
    selectable: ['involvedObject.kind', 'involvedObject.name', 'involvedObject.namespace', 'reason', 'type'],
  },
  workload('Deployment', 'mdeploy', 'deployments.apps'),
  workload('StatefulSet', 'msts', 'statefulsets.apps'),
  workload('DaemonSet', 'mds', 'daemonsets.apps'),
  workload('Job', 'mjob', 'jobs.batch'),
];

/** The kinds as the registry serves them. */
export const memberInfos: readonly ResourceInfo[] = DEFINITIONS.map(({ kind, shortName, namespaced = true, table, schema, selectable = [] }) => ({
  group: MEMBERS_GROUP,
  version: VERSION,
  resource: `member${kind.toLowerCase()}s`,
  kind: `Member${kind}`,
  singular: `member${kind.toLowerCase()}`,
  shortNames: [shortName],
  categories: ['members'],
  namespaced,
  subresources: { status: false },
  schema,
  storedAsSent: true,
  columns: [],
  table,
  selectable: ['spec.cluster', ...selectable],
  custom: true,
  strategicMerge: false,
  verbs: ['get', 'list', 'watch'],
}));

const KIND_OF = new Map(DEFINITIONS.map(({ kind }, index) => [memberInfos[index].resource, kind]));

/** The member's own kind behind a resource of the group. */
export const memberKindOf = (resource: string): MemberKind | undefined => KIND_OF.get(resource);

export const memberInfoOf = (kind: MemberKind): ResourceInfo => memberInfos[DEFINITIONS.findIndex(each => each.kind === kind)];
