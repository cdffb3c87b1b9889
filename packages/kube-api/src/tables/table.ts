import type { KubeList, KubeObject, PrinterColumn, ResourceInfo } from '../types';
import { ageOf } from './age';
import { BUILTIN_TABLES } from './builtins';
import { SCALE_TABLE } from './configuration';
import type { Cell, TableColumn, TableShape } from './columns';
import { AGE, NAME } from './columns';
import { evaluateJsonPath, parseJsonPath } from './jsonPath';
import type { JsonPath } from './jsonPath';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** `meta.k8s.io/v1 Table`. */
export interface KubeTable {
  kind: 'Table';
  apiVersion: string;
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  /** Null after the first event of a watch. */
  columnDefinitions: object[] | null;
  rows: { cells: Cell[]; object: object | null }[];
}

export interface TableOptions {
  /** `v1` or `v1beta1`. */
  version?: string;
  includeObject: IncludeObject;
  /** Left out after the first event of a watch. */
  headers: boolean;
  /** Milliseconds since the epoch; ages count from here. */
  now: number;
}

const shapes = new WeakMap<ResourceInfo, TableShape>();

function shapeOf(info: ResourceInfo): TableShape {
  let shape = shapes.get(info);
  if (!shape) shapes.set(info, (shape = makeShape(info)));
  return shape;
}

function makeShape(info: ResourceInfo): TableShape {
  if (info.table) return { columns: info.table };
  const id = info.group ? `${info.resource}.${info.group}` : info.resource;
  if (!info.custom && Object.hasOwn(BUILTIN_TABLES, id)) return BUILTIN_TABLES[id];
  if (info.columns.length > 0) return { columns: [NAME, ...info.columns.map(printerColumn)] };
  return { columns: [NAME, info.custom ? { ...AGE, type: 'date' } : { ...AGE, name: 'Created At', type: 'date', cell: object => object.metadata.creationTimestamp ?? '<unknown>' }] };
}

function printerColumn(column: PrinterColumn): TableColumn {
  const path = readable(column.jsonPath ?? '');
  return {
    name: column.name,
    type: column.type,
    format: column.format,
    description: column.description || `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    priority: column.priority,
    cell: (object, now) => {
      const values = path ? evaluateJsonPath(object, path) : [];
      // Of several values Kubernetes shows the first.
      return cellFor(column.type, values[0], now);
    },
  };
}

/** A path that cannot be read makes an empty column: the objects are still there to be listed. */
function readable(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(text);
  } catch {
    return undefined;
  }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function cellFor(type: string, value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  if (type === 'string') return asText(value);
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (type === 'date' && typeof value === 'string') return ageOf(value, now);
  return null;
}

/** What is left of an object when only metadata is asked for. */
export function partialMetadata(object: KubeObject, version = 'v1'): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

function included(object: KubeObject, { includeObject, version }: TableOptions): { object: object | null } {
  if (includeObject === 'None') return { object: null };
  return { object: includeObject === 'Object' ? object : partialMetadata(object, version) };
}

/** A list of custom kinds says that nothing goes on; a table does not. */
function tableMetadata({ metadata: { continue: next, ...metadata } }: KubeList): KubeTable['metadata'] {
  return { ...metadata, ...(next && { continue: next }) };
}

/** The columns Kubernetes shows of a built-in kind, by `<resource>` or `<resource>.<group>`, for kinds that are shown like it. */
export const builtinColumns = (resource: string): readonly TableColumn[] => BUILTIN_TABLES[resource].columns;

/** One object or a list as the table `kubectl get` prints. */
export function toTable(info: ResourceInfo, from: KubeObject | KubeList, options: TableOptions): KubeTable {
  const { columns } = from.kind === 'Scale' ? SCALE_TABLE : shapeOf(info);
  const list = Array.isArray((from as KubeList).items) && from.kind.endsWith('List');
  const objects = list ? (from as KubeList).items : [from as KubeObject];
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version ?? 'v1'}`,
    metadata: list ? tableMetadata(from as KubeList) : { resourceVersion: from.metadata.resourceVersion },
    columnDefinitions: options.headers ? columns.map(definition) : null,
    rows: objects.map(object => ({ cells: columns.map(column => column.cell(object, options.now)), ...included(object, options) })),
  };
}

function definition({ name, type, format, description, priority }: TableColumn): object {
  return { name, type, format: format ?? '', description: description ?? '', priority: priority ?? 0 };
}
