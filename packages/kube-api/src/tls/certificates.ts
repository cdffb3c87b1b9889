import { generateKeyPair, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { md, pki } from 'node-forge';

/** What a TLS listener and its clients need, as PEM. */
export interface Certificates {
  /** The authority clients trust; goes into kubeconfigs. */
  ca: string;
  /** The server's certificate, signed by the authority. */
  cert: string;
  key: string;
}

export interface CertificateOptions {
  /** Names and addresses the server is reached by. Loopback is always among them. */
  hosts?: string[];
  /** Days a server certificate lasts. Default 365. */
  days?: number;
}

interface Pair {
  cert: pki.Certificate;
  key: pki.rsa.PrivateKey;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const CA_DAYS = 3_650;
const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;
const IP_NAME = 7;
const DNS_NAME = 2;

const pemOf = ({ cert, key }: Pair) => ({ cert: pki.certificateToPem(cert), key: pki.privateKeyToPem(key) });

/**
 * The certificates of a folder: made when there are none, kept while they hold, renewed in their last thirty days or
 * when a host is missing. The authority outlives the server's certificate, so kubeconfigs stay good. Files are 0600.
 */
export async function ensureCertificates(dir: string, options: CertificateOptions = {}): Promise<Certificates> {
  const hosts = [...new Set([...LOOPBACK, ...(options.hosts ?? [])])];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const ca = await kept(dir, 'ca', pair => isGood(pair, CA_DAYS / 10), () => makeAuthority());
  const server = await kept(
    dir,
    'server',
    pair => isGood(pair, RENEW_BEFORE_DAYS) && isSignedBy(pair, ca) && hosts.every(host => namesOf(pair).has(host)),
    () => makeServer(ca, hosts, options.days ?? 365),
  );
  return { ca: pki.certificateToPem(ca.cert), ...pemOf(server) };
}

async function kept(dir: string, name: string, holds: (pair: Pair) => boolean, make: () => Promise<Pair>): Promise<Pair> {
  const found = await readPair(dir, name);
  if (found && holds(found)) return found;
  const made = await make();
  const { cert, key } = pemOf(made);
  await writePrivate(join(dir, `${name}.key`), key);
  await writePrivate(join(dir, `${name}.crt`), cert);
  return made;
}

/** Undefined when a file is missing or is no PEM: then both are made anew. */
async function readPair(dir: string, name: string): Promise<Pair | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(join(dir, `${name}.crt`), 'utf8'), readFile(join(dir, `${name}.key`), 'utf8')]);
    const pair = { cert: pki.certificateFromPem(cert), key: pki.privateKeyFromPem(key) };
    const publicKey = pair.cert.publicKey as pki.rsa.PublicKey;
    return publicKey.n.equals(pair.key.n) ? pair : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
async function writePrivate(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.new`;
  await writeFile(beside, text, { mode: 0o600, flag: 'wx' });
  await rename(beside, path);
  await chmod(path, 0o600);
}

function isGood({ cert }: Pair, daysLeft: number): boolean {
  const { notBefore, notAfter } = cert.validity;
  return notBefore.getTime() <= Date.now() && notAfter.getTime() - Date.now() > daysLeft * DAY_MS;
}

function isSignedBy({ cert }: Pair, ca: Pair): boolean {
  try {
    return ca.cert.verify(cert);
  } catch {
    return false;
  }
}

function namesOf({ cert }: Pair): Set<string> {
  const extension = cert.getExtension('subjectAltName') as { altNames?: { type: number; value: string; ip?: string }[] } | null;
  return new Set((extension?.altNames ?? []).map(each => (each.type === IP_NAME ? each.ip ?? '' : each.value)));
}

async function newKeys(): Promise<{ privateKey: pki.rsa.PrivateKey; publicKey: pki.rsa.PublicKey }> {
  // Node makes the keys in a thread of its own: the library's JavaScript would take seconds.
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const key = pki.privateKeyFromPem(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  return { privateKey: key, publicKey: pki.setRsaPublicKey(key.n, key.e) };
}

function blank(publicKey: pki.rsa.PublicKey, commonName: string, days: number): pki.Certificate {
  const cert = pki.createCertificate();
  cert.publicKey = publicKey;
  // Positive and unique: two certificates of one authority must not share a number.
  cert.serialNumber = `01${randomBytes(15).toString('hex')}`;
  cert.validity.notBefore = new Date(Date.now() - 3_600_000);
  cert.validity.notAfter = new Date(Date.now() + days * DAY_MS);
  cert.setSubject([{ name: 'commonName', value: commonName }]);
  return cert;
}

async function makeAuthority(): Promise<Pair> {
  const { privateKey, publicKey } = await newKeys();
  const cert = blank(publicKey, `flotilla-ca-${randomBytes(4).toString('hex')}`, CA_DAYS);
  cert.setIssuer(cert.subject.attributes);
  cert.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  cert.sign(privateKey, md.sha256.create());
  return { cert, key: privateKey };
}

async function makeServer(ca: Pair, hosts: string[], days: number): Promise<Pair> {
  const { privateKey, publicKey } = await newKeys();
  const cert = blank(publicKey, 'kube-api', days);
  cert.setIssuer(ca.cert.subject.attributes);
  cert.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(host => (isIP(host) ? { type: IP_NAME, ip: host } : { type: DNS_NAME, value: host })) },
    { name: 'subjectKeyIdentifier' },
  ]);
  cert.sign(ca.key, md.sha256.create());
  return { cert, key: privateKey };
}
