export { ensureCertificates } from './certificates';
export type { CertificateOptions, Certificates } from './certificates';
export { serveTls } from './serveTls';
export type { TlsListener } from './serveTls';
export { bearerToken, tokenAuthenticator, unauthorized } from './tokenAuthenticator';
