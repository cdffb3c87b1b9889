/**
 * Reads the current context of a kubeconfig and takes only what is data: address, CA, token, certificates. Anything
 * that names a program or a file of this machine is refused, and each refusal says path, found, wanted and what to do.
 * No sentence ever holds a value that may be a secret.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { parseDocument } from 'yaml';
import { type Account, claimsOf } from './tokenClaims';
import { type AddressPolicy, refuseHost } from './urlSafety';

const LARGEST = 256 * 1024;

/** What a connection needs. Keys and tokens are kept from logs by {@link hideSecrets}. */
export interface Credentials {
  server: URL;
  /** PEM; absent means the system's roots. */
  ca?: string;
  serverName?: string;
  proxy?: URL;
  token?: string;
  /** PEM. */
  clientCertificate?: string;
  clientKey?: string;
  /** Milliseconds since the epoch: what of token and certificate was issued last and ends first. */
  issuedAt?: number;
  expiresAt?: number;
  /** Whose token it is, where it says so. */
  account?: Account;
}

export type KubeconfigReading = { ok: true; credentials: Credentials } | { ok: false; because: string };

/** One thing wrong with the file; becomes the sentence in the condition. */
class Problem extends Error {
  constructor(path: string, found: string, wanted: string, instead: string) {
    super(`${path}: found ${found}, wanted ${wanted}. ${instead}`);
  }
}

type Fields = Record<string, unknown>;

const TOKEN_INSTEAD = '"npm run join -- --name NAME" makes an account for the portal in that cluster and puts its token into users[].user.token; docs/joining.md says how by hand.';
const DATA_INSTEAD = 'Run "kubectl config view --raw --flatten --minify", which puts the content of the files into the kubeconfig.';

const kindOf = (value: unknown) => {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(file: string): Fields {
  if (file.length > LARGEST) {
    throw new Problem('kubeconfig', `${file.length} bytes`, `at most ${LARGEST}`, 'Keep one context: "kubectl config view --raw --minify".');
  }
  // prettyErrors would quote lines of the file, and with them tokens.
  const document = parseDocument(file, { prettyErrors: false, logLevel: 'silent', schema: 'core' });
  const error = document.errors[0];
  if (error) {
    const line = file.slice(0, error.pos[0]).split('\n').length;
    throw new Problem(`line ${line}`, `bad YAML (${error.code})`, 'a kubeconfig', 'Check the Secret: it holds the file as kubectl reads it, encoded once.');
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 20 });
  } catch {
    throw new Problem('kubeconfig', 'aliases that expand without end', 'plain YAML', 'Write it without anchors.');
  }
  if (!isFields(content)) {
    throw new Problem('kubeconfig', kindOf(content), 'a kubeconfig', 'Check the Secret: it holds the file as kubectl reads it, encoded once.');
  }
  return content;
}

function text(of: Fields, field: string, path: string): string | undefined {
  const value = of[field];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Problem(`${path}.${field}`, kindOf(value), 'a string', 'Put it in quotes.');
  return value;
}

function named(root: Fields, list: string, entry: string, name: string, askedBy: string): { path: string; fields: Fields } {
  const items = Array.isArray(root[list]) ? (root[list] as unknown[]) : [];
  const index = items.findIndex(item => isFields(item) && item.name === name);
  const fields = index < 0 ? undefined : (items[index] as Fields)[entry];
  if (!isFields(fields)) {
    const known = items.flatMap(item => (isFields(item) && typeof item.name === 'string' ? [`"${item.name}"`] : []));
    throw new Problem(list, known.slice(0, 5).join(', ') || 'no entries', `one named "${name}" with "${entry}"`, `${askedBy} names it; add it or name another.`);
  }
  return { path: `${list}[${name}].${entry}`, fields };
}

function address(value: string, path: string, protocols: string[], policy: AddressPolicy): URL {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new Problem(path, 'something that is not a URL', `a URL that begins with ${protocols.join('// or ')}//`, 'Write it as https://host:port.');
  }
  if (url.username || url.password) {
    throw new Problem(path, 'a user name or password in the URL', 'a URL without', 'A URL ends up in logs. Use users[].user.token or a client certificate.');
  }
  if (!protocols.includes(url.protocol)) {
    throw new Problem(path, url.protocol, `${protocols.join(' or ')}`, 'Credentials travel over TLS only.');
  }
  if (url.search || url.hash) throw new Problem(path, 'a query or fragment', 'scheme, host, port and path', 'Leave it out.');
  const refused = refuseHost(url, policy);
  if (refused) throw new Problem(path, url.host, 'an address the portal may call', `${refused[0].toUpperCase()}${refused.slice(1)}.`);
  return url;
}

function pem(of: Fields, field: string, path: string): string | undefined {
  const value = text(of, field, path);
  if (value === undefined) return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  if (!decoded.includes('-----BEGIN ')) {
    const found = value.includes('-----BEGIN ') ? 'PEM text that is not encoded' : 'something that is not PEM in base64';
    throw new Problem(`${path}.${field}`, found, 'PEM, encoded in base64 once', 'Encode the file with "base64 -w0".');
  }
  return decoded;
}

function refuseFields(of: Fields, path: string, refused: Record<string, [wanted: string, instead: string]>) {
  for (const [field, [wanted, instead]] of Object.entries(refused)) {
    const value = of[field];
    if (value === undefined || value === null || value === '' || value === false) continue;
    const found = isFields(value) || Array.isArray(value) ? 'it set' : kindOf(value).replace('a boolean', 'true');
    throw new Problem(`${path}.${field}`, found, wanted, instead);
  }
}

function readCluster(cluster: { path: string; fields: Fields }, policy: AddressPolicy) {
  const { path, fields } = cluster;
  refuseFields(fields, path, {
    'insecure-skip-tls-verify': ['certificate-authority-data', 'Without a check of the certificate anybody on the way could read our token. Put the cluster\'s CA into certificate-authority-data.'],
    'certificate-authority': ['certificate-authority-data', DATA_INSTEAD],
  });
  const server = text(fields, 'server', path);
  if (!server) throw new Problem(`${path}.server`, 'nothing', 'the https URL of the API server', 'Add it.');
  const proxy = text(fields, 'proxy-url', path);
  const ca = pem(fields, 'certificate-authority-data', path);
  if (ca) certificateIn(ca, `${path}.certificate-authority-data`);
  return {
    server: address(server, `${path}.server`, ['https:'], policy),
    proxy: proxy ? address(proxy, `${path}.proxy-url`, ['http:', 'https:'], policy) : undefined,
    serverName: text(fields, 'tls-server-name', path),
    ca,
  };
}

function certificateIn(encoded: string, path: string): X509Certificate {
  try {
    return new X509Certificate(encoded);
  } catch {
    throw new Problem(path, 'PEM that holds no readable certificate', 'a certificate', 'Encode the file with "base64 -w0".');
  }
}

function clientCertificate(fields: Fields, path: string): Pick<Credentials, 'clientCertificate' | 'clientKey' | 'issuedAt' | 'expiresAt'> {
  const certificate = pem(fields, 'client-certificate-data', path);
  const key = pem(fields, 'client-key-data', path);
  if (!certificate && !key) return {};
  if (!certificate || !key) {
    const [present, missing] = certificate ? ['client-certificate-data', 'client-key-data'] : ['client-key-data', 'client-certificate-data'];
    throw new Problem(path, `${present} alone`, `${missing} with it`, 'Add it, or use a token.');
  }
  const parsed = certificateIn(certificate, `${path}.client-certificate-data`);
  let fits: boolean;
  try {
    fits = parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new Problem(`${path}.client-key-data`, 'PEM that holds no readable private key', 'an unencrypted private key', 'Write the key without a passphrase.');
  }
  if (!fits) throw new Problem(`${path}.client-key-data`, 'the key of another certificate', 'the key of client-certificate-data', 'Take both from one source.');
  return { clientCertificate: certificate, clientKey: key, issuedAt: Date.parse(parsed.validFrom), expiresAt: Date.parse(parsed.validTo) };
}

type UserPart = Pick<Credentials, 'token' | 'clientCertificate' | 'clientKey' | 'issuedAt' | 'expiresAt' | 'account'>;

function readUser(user: { path: string; fields: Fields }): UserPart {
  const { path, fields } = user;
  refuseFields(fields, path, {
    exec: ['a token or client certificate', `Programs named by a kubeconfig are never run here. ${TOKEN_INSTEAD}`],
    'auth-provider': ['a token or client certificate', `Kubernetes dropped it in 1.26, and it would run code of a cloud's tool here. ${TOKEN_INSTEAD}`],
    tokenFile: ['token', DATA_INSTEAD],
    'client-certificate': ['client-certificate-data', DATA_INSTEAD],
    'client-key': ['client-key-data', DATA_INSTEAD],
    username: ['a token or client certificate', `Kubernetes dropped passwords in 1.19. ${TOKEN_INSTEAD}`],
    password: ['a token or client certificate', `Kubernetes dropped passwords in 1.19. ${TOKEN_INSTEAD}`],
    as: ['a user of its own', `The portal does not impersonate. ${TOKEN_INSTEAD}`],
    'as-uid': ['a user of its own', `The portal does not impersonate. ${TOKEN_INSTEAD}`],
    'as-groups': ['a user of its own', `The portal does not impersonate. ${TOKEN_INSTEAD}`],
  });
  const token = text(fields, 'token', path);
  if (token && !/^[\x21-\x7e]+$/.test(token)) {
    throw new Problem(`${path}.token`, 'white space or characters that no token has', 'a token', 'Was it encoded twice, or does a line break follow it?');
  }
  const certificate = clientCertificate(fields, path);
  if (!token && !certificate.clientCertificate) {
    throw new Problem(path, 'neither token nor client-certificate-data', 'one of them', TOKEN_INSTEAD);
  }
  const claims = token ? claimsOf(token) : {};
  const first = (claims.expiresAt ?? Infinity) < (certificate.expiresAt ?? Infinity) ? claims : certificate;
  return { ...certificate, ...claims, issuedAt: first.issuedAt, expiresAt: first.expiresAt, token };
}

/** Reads a kubeconfig. Never throws; `because` is fit for a condition's message. */
export function readKubeconfig(content: string, policy: AddressPolicy): KubeconfigReading {
  try {
    const root = parse(content);
    const current = text(root, 'current-context', 'kubeconfig');
    if (!current) throw new Problem('current-context', 'nothing', 'the name of a context', 'Run "kubectl config use-context NAME".');
    const context = named(root, 'contexts', 'context', current, 'current-context');
    const part = (field: string) => {
      const name = text(context.fields, field, context.path);
      if (!name) throw new Problem(`${context.path}.${field}`, 'nothing', `the name of a ${field}`, 'Add it.');
      return named(root, `${field}s`, field, name, `contexts[${current}]`);
    };
    const cluster = readCluster(part('cluster'), policy);
    return { ok: true, credentials: hideSecrets({ ...cluster, ...readUser(part('user')) }) };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, because: error.message };
    return { ok: false, because: 'kubeconfig: found something that cannot be read, wanted a kubeconfig. Write it anew with "kubectl config view --raw --flatten --minify".' };
  }
}

/** Makes JSON.stringify and string conversion of the credentials show the server alone. */
function hideSecrets(credentials: Credentials): Credentials {
  const shown = () => `credentials for ${credentials.server.host}`;
  for (const name of ['toJSON', 'toString', Symbol.for('nodejs.util.inspect.custom')]) {
    Object.defineProperty(credentials, name, { value: shown, enumerable: false });
  }
  return credentials;
}
