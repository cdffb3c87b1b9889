/** What a look into a cluster shows: what stands there, whose it is, and what would come of writing to it. */
import type { Reason } from './decision';

/**
 * Whose an object in a member is, judged by its labels, annotations and the managers of its fields. `name`: the release, application,
 * hub, controller or manager. `hand`: people with kubectl, or nobody known.
 */
export interface WhoseObject {
  by: 'ours' | 'otherHub' | 'helm' | 'argocd' | 'flux' | 'controller' | 'tool' | 'hand';
  name?: string;
}

/** Names a workload in a member. */
export interface WorkloadName {
  cluster: string;
  kind: string;
  namespace: string;
  name: string;
}

/** A workload that stands in a member. */
export interface StandingWorkload extends Omit<WorkloadName, 'cluster'> {
  whose: WhoseObject;
  /** Pods wanted and ready; absent for what runs none of its own now. */
  replicas?: number;
  ready?: number;
  images: string[];
  /** Why it cannot be imported; absent where it can. */
  hindrance?: Reason;
}

/** One difference, values as JSON, cut where they are long. */
export interface ChangeLine {
  path: string;
  kind: 'add' | 'change' | 'remove';
  from?: string;
  to?: string;
}

/** What a write would do to one object; `leave`: it stays untouched, and `because` says why. */
export interface ObjectForeseen extends WorkloadName {
  would: 'create' | 'same' | 'change' | 'adopt' | 'leave' | 'unknown';
  whose?: WhoseObject;
  because?: Reason;
  changes: ChangeLine[];
}

/** One component or selected object, as it is or would be placed in the cluster. */
export interface WishHere {
  owner: { kind: string; namespace: string; name: string };
  component: string;
  replicas: number;
  /** False: it would be placed here if the cluster were managed. */
  placed: boolean;
  objects: ObjectForeseen[];
}

/** A look into one cluster, made when somebody asks for it. Nothing is written by it. */
export interface StandingView {
  version: string;
  now: number;
  cluster: string;
  mode: 'Observe' | 'Manage';
  workloads: StandingWorkload[];
  /** Kinds that could not be listed, and why. */
  unseen: { kind: string; because: string }[];
  /** So many more stand there than are listed. */
  more: number;
  wishes: WishHere[];
  moreWishes: number;
  /** Whether the reader may import from here at all: of what stands there the content is needed. */
  mayImport: boolean;
}

/** What is asked for: workloads of one namespace, in one or more clusters. */
export interface ImportRequest {
  workloads: WorkloadName[];
  /** Name of the Application; the first workload's if absent. */
  application?: string;
  /** `namespace/name`, where more than one holds the clusters. */
  fleet?: string;
  /** Default IfNoDiff. */
  adoption?: 'IfNoDiff' | 'Always';
  /** Services that select the pods and ConfigMaps that they name come along; default true. */
  related?: boolean;
  /** Takes what Helm, Argo CD, Flux or another tool looks after as well. */
  fromTools?: boolean;
}

/** A field or object that stays as it is and is not in the Application. */
export interface LeftOut {
  path: string;
  because: Reason;
}

export interface ImportedComponent {
  name: string;
  kind: string;
  replicas?: number;
  objects: ObjectForeseen[];
  leftOut: LeftOut[];
}

/** What an import would make, or made. With `problems` nothing is made. */
export interface ImportView {
  application: { namespace: string; name: string };
  /** The Application as YAML; '' where none can be made. */
  manifest: string;
  components: ImportedComponent[];
  problems: Reason[];
  /** What is worth knowing before; nothing of it hinders. */
  notes: Reason[];
  /** The API's own warnings. */
  warnings: string[];
  done: boolean;
}
