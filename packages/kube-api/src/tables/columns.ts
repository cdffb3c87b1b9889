import type { Cell, KubeObject, TableColumn } from '../types';
import { ageOf } from './age';

export type { Cell, TableColumn };

export interface TableShape {
  columns: readonly TableColumn[];
}

export const NAME: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  cell: object => object.metadata.name ?? '',
};

export const AGE: TableColumn = {
  name: 'Age',
  type: 'string',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
};

type Read = (object: KubeObject, now: number) => Cell | undefined;

const column = (type: string) => (name: string, read: Read): TableColumn => ({
  name,
  type,
  cell: (object, now) => read(object, now) ?? (type === 'integer' ? 0 : ''),
});

export const text = column('string');
export const integer = column('integer');

/** The same column, shown with `-o wide` only. */
export const wide = (of: TableColumn): TableColumn => ({ ...of, priority: 1 });

/** `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? pairs.sort().join(',') : '<none>';
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A LabelSelector as the text that selects the same. */
export function formatSelector(selector: Selector | undefined): string {
  if (!selector) return '<none>';
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const others = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})`;
  });
  return [...equal, ...others].sort().join(',') || '<none>';
}

const containersOf = (object: KubeObject): any[] => object.spec?.template?.spec?.containers ?? [];

export const CONTAINERS = wide(text('Containers', object => containersOf(object).map(c => c.name).join(',')));
export const IMAGES = wide(text('Images', object => containersOf(object).map(c => c.image).join(',')));
export const SELECTOR = wide(text('Selector', object => formatSelector(object.spec?.selector)));
