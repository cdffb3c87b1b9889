import type { KnownDifference } from './compare';

const known = (reason: string, ...places: [where: RegExp, path: RegExp, real?: RegExp][]): KnownDifference[] => places.map(([where, path, real]) => ({ reason, where, path, real }));

const MESSAGE = /^body\.(message|details\.causes\.\d+\.message)$/;
const CAUSES = /^body\.(message|details\.causes\.\d+(\.(reason|message|field))?)$/;

/** Where we answer otherwise than a kube-apiserver, and why. The suite fails where one of them no longer occurs. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  // What is not offered.
  ...known(
    'autoscaling/v1 is not served: what Kubernetes keeps of newer fields in annotations would have to be taken apart and put together; clients take v2, which discovery offers',
    [/^discovery: GET \/apis\/autoscaling(\/v1 in part)?$/, /^(body\.versions\.1|status)$/],
    [/^discovery: GET \/apis in part/, /autoscaling\.versions\.1$|^body\.items\.\d+\.versions\.1$/],
    [/^autoscaling\/v1: /, /^status$/],
  ),
  ...known('objects are stored in one form: nobody migrates a storage here, so there is no hash of its version', [/: GET \/apis?\//, /storageVersionHash$/]),
  ...known(
    'answers are JSON or YAML; protobuf is read, and not written',
    [/^media types: .*accept (image\/png|\*|json;as=Chair|json;as=Table;v=v9)/, /^body\.message$/],
    [/^media types: GET .*accept json;as=PartialObjectMetadata/, /^body\.message$/],
    [/^media types: GET \/apis accept image\/png$/, /^body\.details$/],
  ),
  ...known('no addresses are given to Services: nothing here routes to them', [/^(strategic merge patches|updates of built-in kinds): .*\/services/, /^(status|body\.spec\.(clusterIPs?|ipFamil\w+(\.\d)?)|body\.metadata\.resourceVersion)$/]),
  ...known('admission plugins that prepare for controllers we do not have', [/persistentvolumeclaims/, /finalizers$/], [/\/nodes\?dryRun/, /^body\.(spec|status\.\w+)$/]),
  ...known('the old way of counting a DaemonSet template', [/daemonsets/, /(annotations|f:metadata)$/]),
  ...known('descriptions are cut to their first sentence, and columns of built-in kinds have none: a sixth of the size', [/^(OpenAPI|tables|rows of built-in kinds|media types|several versions of one kind): /, /description$/]),
  ...known(
    'what OpenAPI says beyond structure: kubectl neither explains nor validates by it',
    [/^OpenAPI: .*example\.com\/v1 in part$/, /(either\.anyOf|embedded\.(required|properties)|metadata\.default|items\.items\.(allOf|\$ref))$/],
    [/^OpenAPI: .*apps\/v1 in part$/, /\.enum$/],
    [/^OpenAPI: GET \/openapi\/v3/, /^headers\.content-type$/],
  ),

  // Our own rules.
  ...known('every error is a Status, also where a kube-apiserver falls back to plain text', [/: (GET|POST) \/(nowhere|apis\/(none|RUN|n\d+-RUN)|openapi\/v3\/apis\/none)/, /^(headers\.content-type|body)$/]),
  ...known(
    'a mistake of the client is never a 500',
    [/^(applied configurations that are wrong|strategic merge patches|a config map from creation to deletion|names and metadata|lists and pages|queries): /, /^status$/, /^\[500,/],
  ),
  ...known(
    'a body compressed is refused: kube-apiserver reads it as if it were not',
    [/^bodies that are no object: POST .*"name":"b"/, /^status$/],
  ),
  ...known('the mistake is told in our own words: Go names its types, its parsers and its source files', [
    /^(bodies that are no object|media types|queries|reviews of oneself|JSON patches|merge patches|strategic merge patches|status and scale|applied configurations that are wrong|lists and pages|a config map from creation to deletion|where a watch begins): /,
    MESSAGE,
  ]),
  ...known('discovery and /version are read: any other method is refused, and HEAD is taken for GET', [/^paths and verbs: (POST \/(apis|version)|HEAD )/, /^status$/]),
  ...known('a patch of nothing is none', [/^media types: PATCH .*\(strategic-merge-patch\+json\) null$/, /^status$/]),
  ...known('reviews are answered and not kept: nobody manages them, and a right is named for each kind it is for', [
    /^reviews of oneself: /,
    /^body\.(metadata\.\w+|status\.(resourceRules|nonResourceRules|userInfo).*)$/,
  ]),
  ...known('of keys that stand twice the last one counts: Go merges the maps behind them', [/^queries: POST .*"data":\{"a":"1","a":"2"\}/, /(f:a|data\.a)$/]),
  ...known('YAML is YAML 1.2: y is text', [/^queries: POST .*\(yaml\)/, /^(body\.message|headers\.warning|status)$/]),
  ...known(
    'a limit holds at resourceVersion 0 too',
    [/^lists and pages: GET .*\?resourceVersion=RV&limit=2$|resourceVersion=0&limit=2$/, /^body\.(metadata\.(continue|remainingItemCount)|items\.\d)$/],
  ),
  ...known('a single object is read as it is now, whatever version is named; and Kubernetes takes a continue token it did not make', [/^lists and pages: GET .*(\/a\?resourceVersion=|continue=CONTINUE$)/, /^status$/]),
  ...known('history reaches back to the first write of this process', [/^where a watch begins: WATCH .*watch=1&resourceVersion=RV$|resourceVersion=1$/, /^body\.0\./]),
  ...known('an empty table has no rows; Kubernetes says null for some kinds', [/^tables: /, /^body\.rows$/]),
  ...known('Endpoints are served without a word of their age', [/^tables: .*endpoints/, /^headers\.warning$/]),

  // Definitions: what a real server's controllers do a moment later is done at once.
  ...known(
    'a definition is established in the write that makes it',
    [/^definitions (come, change and go|that are wrong): .*customresourcedefinitions/, /^body\.status\.(acceptedNames\.\w+|conditions(\.\d\.(reason|message))?)$/],
    [/^definitions come, change and go: .*customresourcedefinitions/, /^body\.metadata\.(resourceVersion|managedFields\.1)$/],
  ),
  ...known('causes name what is wrong in the definition as it was sent; conversion by webhook is not offered', [/^definitions that are wrong: /, CAUSES]),
  ...known('namespaces are emptied by a controller of ours, and only it changes their finalizers', [/^the life of a namespace: /, /(\.manager|f:spec|body\.metadata\.resourceVersion)$/]),

  // Where Kubernetes does what nobody wants.
  ...known('Kubernetes looks at metadata twice on an update, and says so twice', [/: PATCH /, /^body\.details\.causes\.[123]$/]),
  ...known('Kubernetes leaves null behind where an applied map or list says nothing, and refuses its own result', [/^(a map emptied by its manager|applied configurations that are wrong): /, /^status$/, /must? be of type (array|object): \\+"null/]),
  ...known('an applied Scale of a custom kind breaks a kube-apiserver (500); here it works as for built-in kinds', [/^status and scale: PATCH .*widgets\/one\/scale.*apply/, /^status$/, /^\[500,/], [/^status and scale: /, /^body\.metadata\.generation$/]),
  ...known('the library Kubernetes validates custom kinds with: it counts multiples of fractions wrong, loses paths, and names Go types', [
    /^(structural schemas: POST .*"(replicas|number|one|any|not)"|structural schemas: POST |status and scale: PATCH .*replicas)/,
    CAUSES,
  ]),
  ...known('metadata of embedded objects is not looked at', [/^structural schemas: .*"embedded"/, /^status$/]),
  ...known('Kubernetes tells a wrong Scale by the patch that made it', [/^status and scale: PATCH .*"replicas":"x"/, /^body\.details\.(name|group|kind|causes\.0\.field)$/]),
  ...known('annotations written with a Deployment status are kept, and nobody comes to own them', [/^status and scale: .*deployments\/d/, /(f:metadata|\.time)$/]),
  ...known('times that are not said stay unsaid: Go writes null', [/^status and scale: .*deployments\/d/, /(lastUpdateTime|lastTransitionTime)$/], [/\/events/, /^body\.\w+(Time|Timestamp)$/]),

  // Rules of built-in kinds that templates for clusters can do without: the cluster they go to has them.
  ...known('rules of built-in kinds that name one mistake less, or name it in other words', [
    /^(workloads that are wrong|other built-in kinds|strategic merge patches|updates of built-in kinds|status and scale): /,
    CAUSES,
  ]),
  ...known(
    'rules of built-in kinds that are left to the cluster the object goes to',
    [/^workloads that are wrong: .*\/jobs.*("manualSelector":true|"selector":\{"matchLabels":\{"a":"b")/, /^status$/],
    [/^other built-in kinds: .*\/events\?dryRun.*"name":"x[12]"/, /^status$/],
    [/^other built-in kinds: POST \/api\/v1\/namespaces\?dryRun/, /^body\.metadata\.uid$/],
    [/^workloads that are wrong: .*"image":" x"/, /imagePullPolicy$/],
    [/^other built-in kinds: .*\/statefulsets/, /f:serviceName$/],
    [/^strategic merge patches: .*"annotations":\{"a":"b"\}/, /^headers\.warning$/],
  ),
];
