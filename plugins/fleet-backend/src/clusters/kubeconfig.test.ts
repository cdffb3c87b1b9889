import { inspect } from 'node:util';
import { readKubeconfig } from './kubeconfig';
import { makeCertificates } from './testing/faultServer';

const SECRET = 'very-secret-token';
const policy = { allowLoopback: false };

interface Parts {
  cluster?: object;
  user?: object;
  root?: object;
}

/** A good kubeconfig with the parts that the case is about put over it. */
const config = ({ cluster, user, root }: Parts = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://cluster.example:6443', ...cluster } }],
    users: [{ name: 'u', user: { token: SECRET, ...user } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    ...root,
  });

const base64 = (text: string) => Buffer.from(text).toString('base64');

// Making keys takes long on a busy machine.
jest.setTimeout(30_000);

describe('reading a kubeconfig', () => {
  it('takes server and token of the current context', () => {
    const reading = readKubeconfig(config(), policy);
    expect(reading.ok && [reading.credentials.server.href, reading.credentials.token]).toEqual(['https://cluster.example:6443/', SECRET]);
  });

  it('takes CA and client certificate, and knows when the certificate ends', async () => {
    const { ca, cert, key } = await makeCertificates();
    const parts = { cluster: { 'certificate-authority-data': base64(ca) }, user: { token: undefined, 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } };
    const reading = readKubeconfig(config(parts), policy);
    expect(reading).toMatchObject({ ok: true, credentials: { ca, clientCertificate: cert, clientKey: key } });
    expect(reading.ok && reading.credentials.expiresAt! > Date.now()).toBe(true);
    const swapped = readKubeconfig(config({ user: { ...parts.user, 'client-key-data': base64(cert) } }), policy);
    expect(swapped).toMatchObject({ ok: false, because: expect.stringContaining('client-key-data: found PEM that holds no readable private key') });
  });

  it('knows when a token that is a JWT ends', () => {
    const jwt = ['e30', Buffer.from(JSON.stringify({ exp: 1_700_000_000 })).toString('base64url'), 'sig'].join('.');
    const reading = readKubeconfig(config({ user: { token: jwt } }), policy);
    expect(reading.ok && reading.credentials.expiresAt).toBe(1_700_000_000_000);
  });

  it('shows no secret when it is printed', () => {
    const reading = readKubeconfig(config(), policy);
    expect(reading.ok).toBe(true);
    expect(`${JSON.stringify(reading)} ${inspect(reading, { depth: 9, showHidden: false })} ${String((reading as any).credentials)}`).not.toContain(SECRET);
  });

  it.each<[string, Parts, string]>([
    ['exec', { user: { token: undefined, exec: { command: 'aws', args: [SECRET] } } }, 'users[u].user.exec: found it set, wanted a token or client certificate. Programs named by a kubeconfig are never run here.'],
    ['exec beside a token', { user: { exec: { command: 'aws' } } }, 'users[u].user.exec: found it set'],
    ['auth-provider', { user: { 'auth-provider': { name: 'gcp' } } }, 'users[u].user.auth-provider: found it set, wanted a token or client certificate. Kubernetes dropped it in 1.26'],
    ['a CA file', { cluster: { 'certificate-authority': '/etc/shadow' } }, 'clusters[c].cluster.certificate-authority: found a string, wanted certificate-authority-data. Run "kubectl config view --raw --flatten --minify"'],
    ['a certificate file', { user: { 'client-certificate': '/a' } }, 'users[u].user.client-certificate: found a string, wanted client-certificate-data'],
    ['a key file', { user: { 'client-key': '/a' } }, 'users[u].user.client-key: found a string, wanted client-key-data'],
    ['a token file', { user: { tokenFile: '/var/run/token' } }, 'users[u].user.tokenFile: found a string, wanted token'],
    ['insecure TLS', { cluster: { 'insecure-skip-tls-verify': true } }, 'clusters[c].cluster.insecure-skip-tls-verify: found true, wanted certificate-authority-data. Without a check of the certificate'],
    ['a password', { user: { username: 'admin', password: SECRET } }, 'users[u].user.username: found a string, wanted a token or client certificate. Kubernetes dropped passwords'],
    ['impersonation', { user: { as: 'root' } }, 'users[u].user.as: found a string, wanted a user of its own. The portal does not impersonate'],
    ['a password in the URL', { cluster: { server: `https://me:${SECRET}@cluster.example` } }, 'clusters[c].cluster.server: found a user name or password in the URL, wanted a URL without'],
    ['plain http', { cluster: { server: 'http://cluster.example' } }, 'clusters[c].cluster.server: found http:, wanted https:. Credentials travel over TLS only'],
    ['a file URL', { cluster: { server: 'file:///etc/passwd' } }, 'clusters[c].cluster.server: found file:, wanted https:'],
    ['no URL', { cluster: { server: SECRET } }, 'clusters[c].cluster.server: found something that is not a URL'],
    ['no server', { cluster: { server: undefined } }, 'clusters[c].cluster.server: found nothing, wanted the https URL'],
    ['a metadata address', { cluster: { server: 'https://169.254.169.254/latest' } }, 'clusters[c].cluster.server: found 169.254.169.254, wanted an address the portal may call'],
    ['loopback', { cluster: { server: 'https://localhost:6443' } }, 'clusters[c].cluster.server: found localhost:6443, wanted an address the portal may call. Localhost is this machine itself'],
    ['a proxy at a metadata address', { cluster: { 'proxy-url': 'http://[fd00:ec2::254]:80' } }, 'clusters[c].cluster.proxy-url: found [fd00:ec2::254], wanted an address the portal may call'],
    ['a socks proxy', { cluster: { 'proxy-url': 'socks5://proxy.example' } }, 'clusters[c].cluster.proxy-url: found socks5:, wanted http: or https:'],
    ['a CA that is not encoded', { cluster: { 'certificate-authority-data': '-----BEGIN CERTIFICATE-----' } }, 'found PEM text that is not encoded, wanted PEM, encoded in base64 once'],
    ['a CA that is garbage', { cluster: { 'certificate-authority-data': base64('-----BEGIN CERTIFICATE-----\nabc') } }, 'clusters[c].cluster.certificate-authority-data: found PEM that holds no readable certificate'],
    ['a certificate without key', { user: { token: undefined, 'client-certificate-data': base64('-----BEGIN CERTIFICATE-----') } }, 'users[u].user: found client-certificate-data alone, wanted client-key-data with it'],
    ['no credentials', { user: { token: undefined } }, 'users[u].user: found neither token nor client-certificate-data, wanted one of them'],
    ['a token with a line break', { user: { token: `${SECRET}\n` } }, 'users[u].user.token: found white space'],
    ['a token that is a number', { user: { token: 7 } }, 'users[u].user.token: found a number, wanted a string'],
    ['no current context', { root: { 'current-context': undefined } }, 'current-context: found nothing, wanted the name of a context'],
    ['a context that is missing', { root: { 'current-context': 'y' } }, 'contexts: found "x", wanted one named "y"'],
    ['a user that is missing', { root: { users: [] } }, 'users: found no entries, wanted one named "u"'],
    ['contexts of the wrong type', { root: { contexts: 'x' } }, 'contexts: found no entries, wanted one named "x"'],
  ])('refuses %s, and says what to do instead', (_what, parts, because) => {
    const reading = readKubeconfig(config(parts), policy);
    expect(reading).toMatchObject({ ok: false, because: expect.stringContaining(because) });
    expect(!reading.ok && reading.because).not.toContain(SECRET);
  });

  it.each([
    ['nothing', '', 'found nothing'],
    ['a word', SECRET, 'found a string, wanted a kubeconfig'],
    ['bad YAML', `users:\n  - token: ${SECRET}\n  bad: [`, 'bad YAML'],
    ['a list', '- 1', 'found a list'],
    ['aliases that explode', 'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]', 'aliases that expand without end'],
    ['a megabyte', 'x'.repeat(1024 * 1024), '1048576 bytes, wanted at most 262144'],
    ['base64 of a kubeconfig', base64(config()), 'found a string, wanted a kubeconfig'],
  ])('refuses %s', (_what, text, because) => {
    const reading = readKubeconfig(text, policy);
    expect(reading).toMatchObject({ ok: false, because: expect.stringContaining(because) });
    expect(!reading.ok && reading.because).not.toContain(SECRET);
  });
});
