export type Language = 'en' | 'zh';

/** A number with thousands separators and a true minus; at most two decimals. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const rounded = Math.round(Math.abs(value) * 100) / 100;
  const [whole, fraction] = String(rounded).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '');
  return value < 0 && rounded !== 0 ? `−${text}` : text;
}

const SIGNS: Record<string, string> = { CNY: '¥', EUR: '€', GBP: '£', USD: '$', JPY: 'JP¥' };

/** Money with the sign before it and two decimals below 100: ¥38.50, ¥310, −$2.00; unknown currencies by code. */
export function moneyText(value: number, currency: string): string {
  const size = Math.abs(value);
  const text = size >= 100 ? numberText(Math.round(size)) : size.toFixed(2);
  return `${value < 0 ? '−' : ''}${SIGNS[currency] ?? `${currency} `}${text}`;
}

const BINARY: [string, number][] = [['TiB', 1024 ** 4], ['GiB', 1024 ** 3], ['MiB', 1024 ** 2], ['KiB', 1024]];

/**
 * An amount of a resource: cpu in millicores, memory and storage in bytes, the rest in units.
 * 8 of nvidia.com/gpu → "8 GPUs", 1500 of cpu → "1.5 CPU", 2147483648 of memory → "2 GiB memory".
 */
export function amountText(amount: number, resource: string, language: Language): string {
  if (resource === 'cpu') return `${numberText(amount / 1000)} ${language === 'zh' ? '核 CPU' : 'CPU'}`;
  if (resource === 'memory') return `${bytes(amount)}${language === 'zh' ? ' 内存' : ' memory'}`;
  if (resource === 'ephemeral-storage') return `${bytes(amount)}${language === 'zh' ? ' 磁盘' : ' disk'}`;
  if (resource === 'pods') return count(amount, 'pod', language);
  return count(amount, resourceName(resource), language);
}

/** The number alone: cores, bytes with their unit, or units. */
export function bareAmount(amount: number, resource: string): string {
  if (resource === 'memory' || resource === 'ephemeral-storage') return bytes(amount);
  return numberText(resource === 'cpu' ? amount / 1000 : amount);
}

/** The word for a resource: any vendor's `…/gpu` is GPU; other extended resources keep the part after the slash. */
export function resourceName(resource: string): string {
  if (resource === 'cpu') return 'CPU';
  const name = resource.slice(resource.indexOf('/') + 1);
  return name === 'gpu' ? 'GPU' : name;
}

function bytes(amount: number): string {
  const [unit, size] = BINARY.find(([, least]) => Math.abs(amount) >= least) ?? ['B', 1];
  return `${numberText(amount / size)} ${unit}`;
}

const CHINESE: Record<string, string> = { node: '个节点', pod: '个 Pod', replica: '个副本', cluster: '个集群', zone: '个可用区', GPU: '块 GPU', finding: '项发现', group: '组', application: '个应用', change: '项更改', kind: '种资源' };

/** "1 node", "2 nodes", "2 个节点". */
export function count(amount: number, thing: string, language: Language): string {
  const number = numberText(amount);
  if (language === 'zh') return `${number} ${CHINESE[thing] ?? thing}`;
  return `${number} ${thing}${amount === 1 ? '' : 's'}`;
}

/** A time in UTC to the minute: the reader's own zone is the page's business. */
export function timeText(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
