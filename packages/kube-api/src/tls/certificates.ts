import { X509Certificate, createPrivateKey, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asn1, md, pki } from 'node-forge';

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
  /** Days a server certificate lasts. Default 365. Negative: it has expired so long ago. */
  days?: number;
  /** Under which name the server's certificate is kept. Default `server`. */
  name?: string;
}

/** A certificate and its key, as PEM. */
interface Pair {
  cert: string;
  key: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const CA_DAYS = 3_650;
const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;
const IP_NAME = 7;
const DNS_NAME = 2;

/**
 * The certificates of a folder: made when there are none, kept while they hold, renewed in their last thirty days or
 * when a host is missing. The authority outlives the server's certificate, so kubeconfigs stay good. Files are 0600.
 */
export async function ensureCertificates(dir: string, options: CertificateOptions = {}): Promise<Certificates> {
  const hosts = [...new Set([...LOOPBACK, ...(options.hosts ?? [])])];
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const ca = await kept(dir, 'ca', pair => isGood(pair, CA_DAYS / 10), makeAuthority);
  const server = await kept(
    dir,
    options.name ?? 'server',
    pair => isGood(pair, RENEW_BEFORE_DAYS) && isSignedBy(pair, ca) && hosts.every(host => isFor(pair, host)),
    () => makeServer(ca, hosts, options.days ?? 365),
  );
  return { ca: ca.cert, ...server };
}

async function kept(dir: string, name: string, holds: (pair: Pair) => boolean, make: () => Promise<Pair>): Promise<Pair> {
  const found = await readPair(dir, name);
  if (found && holds(found)) return found;
  const made = await make();
  await writePrivate(join(dir, `${name}.key`), made.key);
  await writePrivate(join(dir, `${name}.crt`), made.cert);
  return made;
}

/** Undefined when a file is missing or is no PEM: then both are made anew. */
async function readPair(dir: string, name: string): Promise<Pair | undefined> {
  try {
    const [cert, key] = await Promise.all([readFile(join(dir, `${name}.crt`), 'utf8'), readFile(join(dir, `${name}.key`), 'utf8')]);
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined;
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
  const { validFrom, validTo } = new X509Certificate(cert);
  return Date.parse(validFrom) <= Date.now() && Date.parse(validTo) - Date.now() > daysLeft * DAY_MS;
}

const isSignedBy = ({ cert }: Pair, ca: Pair) => new X509Certificate(cert).verify(new X509Certificate(ca.cert).publicKey);

function isFor({ cert }: Pair, host: string): boolean {
  const certificate = new X509Certificate(cert);
  return Boolean(isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host));
}

/** Node makes the keys and signs: the library's own arithmetic would take seconds. */
const newKeys = () =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

function signed(cert: pki.Certificate, key: string): string {
  const signer = { sign: () => sign('sha256', Buffer.from(asn1.toDer(cert.tbsCertificate).getBytes(), 'binary'), key).toString('binary') };
  cert.sign(signer as unknown as pki.rsa.PrivateKey, md.sha256.create());
  return pki.certificateToPem(cert);
}

function blank(publicKey: string, commonName: string, days: number): pki.Certificate {
  const cert = pki.createCertificate();
  cert.publicKey = pki.publicKeyFromPem(publicKey);
  // Positive and unique: two certificates of one authority must not share a number.
  cert.serialNumber = `01${randomBytes(15).toString('hex')}`;
  cert.validity.notAfter = new Date(Date.now() + days * DAY_MS);
  // An hour back, as clocks differ.
  cert.validity.notBefore = new Date(Math.min(Date.now(), Number(cert.validity.notAfter)) - 3_600_000);
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
  return { cert: signed(cert, privateKey), key: privateKey };
}

async function makeServer(ca: Pair, hosts: string[], days: number): Promise<Pair> {
  const { privateKey, publicKey } = await newKeys();
  const cert = blank(publicKey, 'kube-api', days);
  cert.setIssuer(pki.certificateFromPem(ca.cert).subject.attributes);
  cert.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hosts.map(host => (isIP(host) ? { type: IP_NAME, ip: host } : { type: DNS_NAME, value: host })) },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { cert: signed(cert, ca.key), key: privateKey };
}
