/** Turns what sockets, TLS and HTTP say into one word and a sentence for people. */
import type { StatusObject } from '@flotilla/kube-api';
import type { FailureReason, Outcome } from './types';
import { ADDRESS_REFUSED } from './urlSafety';

export interface Failure {
  reason: FailureReason;
  because: string;
  status?: StatusObject;
}

/** Thrown inside a request to end it with this failure. */
export class Stopped extends Error {
  constructor(readonly failure: Failure) {
    super(failure.because);
  }
}

const CERTIFICATE: Record<string, string> = {
  CERT_HAS_EXPIRED: 'the certificate it shows has expired; renew it in the cluster',
  CERT_NOT_YET_VALID: 'the certificate it shows is not valid yet; compare the clocks of the cluster and the portal',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate it shows is not signed by the CA in the kubeconfig; put the cluster\'s CA into certificate-authority-data',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate it shows is not signed by the CA in the kubeconfig; put the cluster\'s CA into certificate-authority-data',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate it shows is not signed by the CA in the kubeconfig; put the cluster\'s CA into certificate-authority-data',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate it shows is not signed by the CA in the kubeconfig; put the cluster\'s CA into certificate-authority-data',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate it shows is not signed by the CA in the kubeconfig; put the cluster\'s CA into certificate-authority-data',
  CERT_SIGNATURE_FAILURE: 'the certificate it shows is not signed by the CA in the kubeconfig, though it carries that name; the cluster was perhaps made anew',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate it shows is for another name; set tls-server-name or use the name in the certificate',
};

const NO_ANSWER: Record<string, string> = {
  ECONNREFUSED: 'nothing listens at its address (connection refused)',
  ENOTFOUND: 'its name is unknown to DNS',
  EAI_AGAIN: 'its name could not be looked up: DNS does not answer',
  EHOSTUNREACH: 'there is no route to its address',
  ENETUNREACH: 'there is no route to its network',
  ETIMEDOUT: 'it did not take the connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not take the connection in time',
  ECONNRESET: 'it closed the connection before the answer was whole',
  EPIPE: 'it closed the connection before the answer was whole',
  UND_ERR_SOCKET: 'it closed the connection before the answer was whole',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it closed the connection before the answer was whole',
  UND_ERR_BODY_TIMEOUT: 'it sent nothing for too long',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  EPROTO: 'it does not speak TLS as expected; is the port the right one?',
};

/** Errors nest (`cause`, and one per address tried in `errors`); the innermost code says most. */
function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const { cause, errors, code } = error as { cause?: unknown; errors?: unknown[]; code?: unknown };
  return codeOf(cause, depth + 1) || codeOf(errors?.[0], depth + 1) || String(code ?? '');
}

/** What a thrown error of the transport means. Messages of the error itself are not passed on: they may hold anything. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return error.failure;
  const code = codeOf(error);
  if (code === ADDRESS_REFUSED) return { reason: 'BadKubeconfig', because: (error as Error).message };
  if (CERTIFICATE[code]) return { reason: 'CertificateInvalid', because: CERTIFICATE[code] };
  if (/^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA|BAD_CERT)/.test(code)) {
    return { reason: 'CertificateInvalid', because: 'it does not accept our client certificate; renew client-certificate-data' };
  }
  if (NO_ANSWER[code]) return { reason: 'Unreachable', because: NO_ANSWER[code] };
  if (/^ERR_SSL_/.test(code)) return { reason: 'Unreachable', because: NO_ANSWER.EPROTO };
  if (/^HPE_/.test(code)) return { reason: 'Unreachable', because: 'what it sends is not HTTP' };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return { reason: 'TooLarge', because: 'the headers of its answer are larger than allowed' };
  return { reason: 'Unreachable', because: `the connection failed${code ? ` (${code})` : ''}` };
}

function statusIn(text: string, code: number): StatusObject {
  try {
    const parsed = JSON.parse(text);
    if (parsed?.kind === 'Status') return { ...parsed, code: typeof parsed.code === 'number' ? parsed.code : code };
  } catch {
    // Proxies answer in HTML; the code alone has to do.
  }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, message: `the server answered ${code}` };
}

/** What an answer other than 2xx means. */
export function refusalOf(code: number, text: string): Failure {
  if (code >= 300 && code < 400) {
    return { reason: 'Refused', because: `it answered with a redirect (${code}), and redirects are not followed; put the final address into the kubeconfig` };
  }
  const status = statusIn(text, code);
  if (code === 401) return { reason: 'SignInNeeded', because: 'it does not know our credentials (401); put a valid token or certificate into the kubeconfig', status };
  if (code === 403) return { reason: 'NoPermission', because: status.message ?? 'our credentials may not do this (403)', status };
  return { reason: 'Refused', because: status.message ?? `it answered ${code}`, status };
}

/** Whether the cluster was heard at all; only silence counts against it in the breaker. */
export const heard = (reason: FailureReason): boolean => !['Unreachable', 'TimedOut', 'CertificateInvalid'].includes(reason);

export const failed = <T>(failure: Failure, ms: number): Outcome<T> => ({ ok: false, ms, ...failure });
