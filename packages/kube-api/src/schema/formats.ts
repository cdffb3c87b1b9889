const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9A-Fa-f:.]{2,45}$/;
const NUMBER_SUFFIX = /^(?:\d{1,19}(?:\.\d{1,9})?)(?:ns|us|µs|ms|s|m|h)$/;

const isIPv6 = (text: string) => text.includes(':') && IPV6.test(text) && text.split('::').length <= 2;

function isUri(text: string): boolean {
  try {
    return new URL(text).protocol.length > 1;
  } catch {
    return text.startsWith('/');
  }
}

function isDuration(text: string): boolean {
  if (text === '0') return true;
  const parts = text.replace(/^[+-]/, '').match(/[\d.]+(?:ns|us|µs|ms|s|m|h)/g);
  return parts !== null && parts.join('') === text.replace(/^[+-]/, '') && parts.every(part => NUMBER_SUFFIX.test(part));
}

/** Whether the text is padded base64 in the standard alphabet; linear in its length. */
export function isBase64(text: string): boolean {
  const body = text.replace(/[\r\n]/g, '');
  if (body.length % 4 !== 0) return false;
  const padding = body.endsWith('==') ? 2 : body.endsWith('=') ? 1 : 0;
  return /^[A-Za-z0-9+/]*$/.test(body.slice(0, body.length - padding));
}

const CHECKS: Record<string, (text: string) => boolean> = {
  'date-time': text => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  date: text => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: isDuration,
  byte: isBase64,
  email: text => /^[^\s@]+@[^\s@]+$/.test(text),
  hostname: text => text.length <= 255 && /^[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?)*\.?$/.test(text),
  ipv4: text => IPV4.test(text),
  ipv6: isIPv6,
  cidr: text => /^[^/]+\/\d{1,3}$/.test(text) && (IPV4.test(text.split('/')[0]) || isIPv6(text.split('/')[0])),
  uri: isUri,
  uuid: text => /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text),
};

/** Whether the text has the named format. A format nobody knows is met by anything, as in Kubernetes. */
export const hasFormat = (format: string, text: string): boolean => (Object.hasOwn(CHECKS, format) ? CHECKS[format](text) : true);
