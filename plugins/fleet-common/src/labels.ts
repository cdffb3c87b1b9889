/**
 * Every label, annotation and finalizer of ours. Those on objects in member clusters cannot be changed later
 * without re-creating what runs there.
 */
const PREFIX = 'fleet.kurator.dev';

export const LABEL_MANAGED_BY = 'app.kubernetes.io/managed-by';
export const MANAGED_BY_FLOTILLA = 'flotilla';

/** On objects in members: the Application (or selected object) it belongs to. */
export const LABEL_APPLICATION = `${PREFIX}/application`;
/** On objects in members: the component. */
export const LABEL_COMPONENT = `${PREFIX}/component`;
/** On objects in members: hash of template and referred content. */
export const LABEL_REVISION = `${PREFIX}/revision`;
/** On a workload's selector and pods: which of two revisions in one cluster. */
export const LABEL_TRACK = `${PREFIX}/track`;
export const TRACK_STABLE = 'stable';
export const TRACK_CANARY = 'canary';
/** On objects in members: instance id of the hub that wrote them. */
export const LABEL_HUB = `${PREFIX}/hub`;
/** On what is shown of members at the portal: the cluster it stands in. */
export const LABEL_CLUSTER = `${PREFIX}/cluster`;
/** On Clusters: the law the data in it is under. Always protected. */
export const LABEL_JURISDICTION = `${PREFIX}/jurisdiction`;
/** Labels that come from `Cluster.spec` and that no fleet can change. */
export const LABEL_PROVIDER = 'provider';
export const LABEL_REGION = 'region';
export const LABEL_ZONE = 'zone';
export const ALWAYS_PROTECTED: readonly string[] = [LABEL_PROVIDER, LABEL_REGION, LABEL_ZONE, LABEL_JURISDICTION];

/** On objects in members: {@link targetKey} of what they belong to. */
export const ANNOTATION_TARGET = `${PREFIX}/target`;
/** On Namespaces in members: instance id of the hub that made them; only those are ever removed. */
export const ANNOTATION_MADE_BY_HUB = `${PREFIX}/made-by-hub`;
/** On Applications, selected objects and Namespaces: the fleet, as `name` or `namespace/name`. */
export const ANNOTATION_FLEET = `${PREFIX}/fleet`;
/** On PlacementDecisions: name of the PropagationPolicy in force, beside {@link ANNOTATION_FLEET}. */
export const ANNOTATION_POLICY = `${PREFIX}/policy`;
/** On PlacementDecisions: clusters, comma-separated, whose entry of the fleet takes along what was placed there when it goes. */
export const ANNOTATION_TAKEN_ALONG = `${PREFIX}/taken-along`;
/** On Applications, Namespaces and Fleets: `multi-cluster` wishes for two clusters where two fit. */
export const ANNOTATION_AVAILABILITY = `${PREFIX}/availability`;
export const AVAILABILITY_MULTI_CLUSTER = 'multi-cluster';
/** On Applications, Namespaces and Fleets: names of profiles and policies that act, comma-separated. */
export const ANNOTATION_PROFILES = `${PREFIX}/profiles`;
/** On profiles and policies: `"true"` makes one act wherever nothing else of its kind is named. */
export const ANNOTATION_IS_DEFAULT = `${PREFIX}/is-default`;
/** On any object: `"true"` refuses its deletion with 409. */
export const ANNOTATION_DELETION_LOCK = `${PREFIX}/deletion-lock`;
/** On a Cluster: `"true"` lets it be deleted although objects are still to be removed there. */
export const ANNOTATION_WAIVE_DEBT = `${PREFIX}/waive-debt`;
/** On an owner: `"true"` releases what is orphaned, so that it no longer counts as placed. */
export const ANNOTATION_RELEASE = `${PREFIX}/release`;
/** On an Application: names a component whose workload may be made anew although a field of it cannot change. */
export const ANNOTATION_RECREATE = `${PREFIX}/recreate`;
/** On an Application: a new value starts a rejected revision once more. */
export const ANNOTATION_RETRY = `${PREFIX}/retry`;
/** On a Cluster that a fleet entry registered: that fleet, as `namespace/name`. */
export const ANNOTATION_REGISTERED_BY = `${PREFIX}/registered-by`;
/** On a redacted kubeconfig Secret: hash of its content, so that a change can be seen. */
export const ANNOTATION_CONTENT_HASH = `${PREFIX}/content-hash`;
/** kubectl's copy of what was sent. Of a Secret it is data too. */
export const ANNOTATION_LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** On objects whose deletion has work to do in members. */
export const FINALIZER_MEMBERS = `${PREFIX}/members`;

/** Type of a Secret that holds a kubeconfig. */
export const SECRET_TYPE_KUBECONFIG = `${PREFIX}/kubeconfig`;
/** Key of the kubeconfig in its Secret unless said otherwise. */
export const DEFAULT_KUBECONFIG_KEY = 'kubeconfig';

/** Whether a yes-or-no annotation says yes. Only `"true"` does. */
export const annotatedTrue = (object: { metadata?: { annotations?: Record<string, string> } }, annotation: string): boolean =>
  object.metadata?.annotations?.[annotation] === 'true';
