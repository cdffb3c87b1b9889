/** How kubectl reaches the portal's API: `GET /api/fleet/views/connect`. Nothing in it is secret. */
export interface ConnectView {
  /** `https://portal.example.com/api/fleet/kube`, or the listener's own address. */
  server: string;
  /** PEM of the authority that signed the server's certificate, where no public one did. */
  certificateAuthority?: string;
  /** The portal's backend, which `backstage-cli auth login` signs in to. */
  portal: string;
  /** False where only plain http is served: kubectl sends no token over it. */
  encrypted: boolean;
  /** Clusters that the reader may look into through the portal, by name: at most {@link MOST_MEMBERS}, and how many there are. */
  members: { names: string[]; total: number };
}

/** More contexts than anybody picks from; each repeats the authority's certificate. */
export const MOST_MEMBERS = 100;

/** How a person or a program proves who it is. */
export type KubectlSignIn = 'person' | 'token';

/** Where the token stands in a kubeconfig for a program. */
export const TOKEN_PLACEHOLDER = '<the token>';

/** Package of the `auth` commands; where the portal's own checkout is at hand, `yarn backstage-cli` does the same. */
const CLI = 'npx --yes @backstage/cli-module-auth auth';

/** What the command line calls this portal: people sign in to several, and no token may go to another. A shell takes it as one word. */
const instanceOf = ({ portal }: ConnectView): string => new URL(portal).host.replace(/[^\w.:-]/g, '');

/** The command that signs a person in, once; the browser opens, and the sign-in is kept in the user's configuration folder. */
export const loginCommand = (view: ConnectView): string => `${CLI} login --backend-url ${view.portal} --instance ${instanceOf(view)}`;

/**
 * Prints what kubectl wants of a credential helper (client.authentication.k8s.io/v1 ExecCredential). The token is short-lived and the
 * command gets a new one itself, so it goes without an expiry. It runs with every kubectl: no look for newer versions of anything.
 */
const helper = (view: ConnectView): string =>
  `token=$(${CLI.replace('--yes', '--yes --prefer-offline --no-update-notifier')} print-token --instance ${instanceOf(view)}) || { echo 'Not signed in. Sign in with: ${loginCommand(view)}' >&2; exit 1; }
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$token"`;

const execOf = (view: ConnectView) => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'sh',
  args: ['-c', helper(view)],
  interactiveMode: 'Never',
  installHint: 'sh and Node.js 20 or newer are needed: the sign-in of the portal is kept by its command-line tool.',
});

/** UTF-8 in base64, in browser and backend alike. */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const NAME = 'flotilla';

/** Name of the context that leads through the portal into one cluster. */
export const memberContext = (cluster: string): string => `${NAME}-${cluster}`;

/** Where one cluster is served: below its Cluster object, as its subresource `proxy`. */
const memberServer = ({ server }: ConnectView, cluster: string) => `${server}/apis/fleet.kurator.dev/v1alpha1/clusters/${encodeURIComponent(cluster)}/proxy`;

/**
 * A kubeconfig for the portal's API, as JSON, which kubectl reads as YAML. Its current context is the portal itself.
 *
 * @param how - `person`: kubectl asks the portal's command-line tool for a token; `token`: a static token restricted to plugin `fleet`
 * @param members - clusters that get a context of their own, which leads into them through the portal; see {@link memberContext}
 */
export function portalKubeconfig(view: ConnectView, how: KubectlSignIn, { token = TOKEN_PLACEHOLDER, members = [] }: { token?: string; members?: readonly string[] } = {}): string {
  const authority = view.certificateAuthority === undefined ? {} : { 'certificate-authority-data': base64(view.certificateAuthority) };
  const servers = [[NAME, view.server], ...members.map(each => [memberContext(each), memberServer(view, each)])];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: servers.map(([name, server]) => ({ name, cluster: { server, ...authority } })),
    users: [{ name: NAME, user: how === 'token' ? { token } : { exec: execOf(view) } }],
    contexts: servers.map(([name]) => ({ name, context: { cluster: name, user: NAME, namespace: 'default' } })),
    'current-context': NAME,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
