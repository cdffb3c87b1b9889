import type { KubeObject, StatusObject } from '@flotilla/kube-api';
import type { ForwardAnswer, ForwardRequest, Impersonated } from './forward';

export type { ForwardAnswer, ForwardRequest, Impersonated };
import type { Account } from './tokenClaims';

/** Why a cluster gave no usable answer. `SignInNeeded` = 401, `NoPermission` = 403. */
export type FailureReason =
  | 'Unreachable'
  | 'TimedOut'
  | 'SignInNeeded'
  | 'NoPermission'
  | 'BadKubeconfig'
  | 'CertificateInvalid'
  | 'Held'
  | 'TooLarge'
  | 'Cancelled'
  | 'Refused';

/**
 * What came of one request: an answer of the cluster (any HTTP status), or no answer. Never thrown: errors are data.
 * `Refused` carries the Status of a 4xx/5xx; its `status.code` tells 404 from 409.
 */
export type Outcome<T> =
  | { ok: true; value: T; ms: number }
  | { ok: false; reason: FailureReason; because: string; status?: StatusObject; ms: number };

/** Names objects of a kind in the member. `resource` is the plural. */
export interface MemberResource {
  apiVersion: string;
  kind: string;
  resource: string;
  namespaced: boolean;
}

export interface MemberWatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

export interface RequestLimits {
  /** Milliseconds until the answer must be whole; default 10,000. */
  timeoutMs?: number;
  /** Bytes of the body; default 16 MiB. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** Reaches one member cluster. Every call has a time limit, a size limit and a cancel; the breaker answers at once while it is open. */
export interface ClusterConnection {
  readonly cluster: string;
  /** UID of the kube-system namespace. */
  identity(limits?: RequestLimits): Promise<Outcome<string>>;
  version(limits?: RequestLimits): Promise<Outcome<{ gitVersion: string }>>;
  /** The kinds served, by `apiVersion/kind`, from discovery. */
  resources(limits?: RequestLimits): Promise<Outcome<MemberResource[]>>;
  /** How the cluster serves a kind, from the last discovery, asked anew when it is old or lacks the kind; undefined when it is not served. */
  resourceOf(apiVersion: string, kind: string, limits?: RequestLimits): Promise<Outcome<MemberResource | undefined>>;
  get(of: MemberResource, namespace: string, name: string, limits?: RequestLimits): Promise<Outcome<KubeObject>>;
  /**
   * All pages, trimmed of managedFields unless `managers` asks for them. With `each`, objects are handed over as they arrive and `items` stays empty:
   * a cluster's 5,000 pods are never in memory whole. A list that changed too much between pages is Refused with 410.
   */
  list(of: MemberResource, options: { namespace?: string; labelSelector?: string; fieldSelector?: string; managers?: boolean; each?: (object: KubeObject) => void }, limits?: RequestLimits): Promise<Outcome<{ items: KubeObject[]; resourceVersion: string }>>;
  /** Events until the stream ends, the cluster closes it or `signal` aborts; ends with an outcome in place of a throw. */
  watch(of: MemberResource, options: { namespace?: string; labelSelector?: string; resourceVersion: string }, onEvent: (event: MemberWatchEvent) => void, signal: AbortSignal): Promise<Outcome<void>>;
  /** Server-side apply as manager `flotilla`. */
  apply(of: MemberResource, object: KubeObject, options: { force: boolean; dryRun?: boolean }, limits?: RequestLimits): Promise<Outcome<KubeObject>>;
  /** POST. The fields then belong to an Update of `flotilla`, which no later apply removes; applies are made by {@link ClusterConnection.apply}. */
  create(of: MemberResource, object: KubeObject, limits?: RequestLimits): Promise<Outcome<KubeObject>>;
  /** JSON merge patch, for the few writes that are not applies (releasing a label). */
  mergePatch(of: MemberResource, namespace: string, name: string, body: unknown, limits?: RequestLimits): Promise<Outcome<KubeObject>>;
  /** Deletes only the object with this UID. 404 and a UID conflict come back as Refused. */
  delete(of: MemberResource, namespace: string, name: string, uid: string, limits?: RequestLimits): Promise<Outcome<void>>;
  /** A new token of this account (TokenRequest). @param seconds - its life; a cluster may give another, which the answer says */
  requestToken(account: Account, seconds: number, limits?: RequestLimits): Promise<Outcome<{ token: string; expiresAt: number }>>;
  /**
   * Passes somebody else's request on with our credentials, and gives the answer whatever its code, but for 401 and redirects.
   * @param headMs - milliseconds until the head of the answer is there; its body ends with the signal
   */
  forward(request: ForwardRequest, headMs: number, signal: AbortSignal): Promise<Outcome<ForwardAnswer>>;
  close(): void;
}

/** How a cluster is signed in to, without any secret. Times are milliseconds since the epoch. */
export interface CredentialFacts {
  kind: 'ServiceAccountToken' | 'Token' | 'ClientCertificate';
  issuedAt?: number;
  expiresAt?: number;
  account?: Account;
}

/** What is needed to reach a cluster. Secrets stay inside; `toString`/JSON of it shows none. */
export interface ClusterAccess {
  cluster: string;
  /** Text of a kubeconfig; only its current context is used. */
  kubeconfig: string;
}

/** Every connection now open, by cluster name. */
export interface ClusterDirectory {
  /** Opens, or re-opens when the kubeconfig's content changed. A bad kubeconfig is an outcome, not an exception. */
  use(access: ClusterAccess): Outcome<ClusterConnection>;
  get(cluster: string): ClusterConnection | undefined;
  /** Opens a connection that is kept nowhere, to try a kubeconfig before it is put in force. The caller closes it. */
  open(access: ClusterAccess): Outcome<ClusterConnection>;
  /** Of the kubeconfig last used, also when it has expired; undefined when none could be read. */
  credentials(cluster: string): CredentialFacts | undefined;
  drop(cluster: string): void;
  names(): string[];
  close(): void;
}
