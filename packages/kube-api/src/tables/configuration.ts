import type { KubeObject } from '../types';
import type { TableColumn, TableShape } from './columns';
import { AGE, NAME, formatSelector, integer, text, wide } from './columns';

const shape = (...columns: TableColumn[]): TableShape => ({ columns: [NAME, ...columns] });

const MODES: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const modes = (list: string[] | undefined) => (list ?? []).map(mode => MODES[mode] ?? mode).join(',');

/** `cpu: 1/4, pods: 0/10`: what is used of what is allowed, of requests or of limits. */
function quota(of: 'requests' | 'limits') {
  return ({ status, spec }: KubeObject): string => {
    const hard: Record<string, string> = status?.hard ?? spec?.hard ?? {};
    const names = Object.keys(hard).filter(name => name.startsWith('limits.') === (of === 'limits'));
    return names.sort().map(name => `${name}: ${status?.used?.[name] ?? '0'}/${hard[name]}`).join(', ');
  };
}

/** The first three addresses, as `10.0.0.1:80`. */
function addresses({ subsets = [] }: KubeObject): string {
  const all = (subsets as any[]).flatMap(({ addresses: ready = [], ports = [{}] }) =>
    ready.flatMap((address: any) => ports.map(({ port }: any) => (port ? `${address.ip}:${port}` : address.ip))));
  if (all.length === 0) return '<none>';
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}

const isDefault = ({ metadata }: KubeObject) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';

/** Columns of the kinds that say how others run. */
export const CONFIGURATION: Record<string, TableShape> = {
  persistentvolumeclaims: shape(
    text('Status', ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : status?.phase)),
    text('Volume', object => object.spec?.volumeName),
    text('Capacity', ({ spec, status }) => (spec?.volumeName ? status?.capacity?.storage : '')),
    text('Access Modes', ({ spec, status }) => (spec?.volumeName ? modes(status?.accessModes) : '')),
    text('StorageClass', object => object.spec?.storageClassName),
    text('VolumeAttributesClass', object => object.spec?.volumeAttributesClassName ?? '<unset>'),
    AGE,
    wide(text('VolumeMode', object => object.spec?.volumeMode ?? '<unset>')),
  ),
  'networkpolicies.networking.k8s.io': shape(text('Pod-Selector', object => formatSelector(object.spec?.podSelector)), AGE),
  'priorityclasses.scheduling.k8s.io': shape(
    integer('Value', object => object.value),
    { ...text('Global-Default', object => object.globalDefault ?? false), type: 'boolean' },
    AGE,
    text('PreemptionPolicy', object => object.preemptionPolicy),
  ),
  'storageclasses.storage.k8s.io': {
    columns: [
      { ...NAME, cell: object => `${object.metadata.name}${isDefault(object) ? ' (default)' : ''}` },
      text('Provisioner', object => object.provisioner),
      text('ReclaimPolicy', object => object.reclaimPolicy ?? 'Delete'),
      text('VolumeBindingMode', object => object.volumeBindingMode ?? 'Immediate'),
      text('AllowVolumeExpansion', object => object.allowVolumeExpansion ?? false),
      AGE,
    ],
  },
  resourcequotas: shape(text('Request', quota('requests')), text('Limit', quota('limits')), AGE),
  endpoints: shape(text('Endpoints', addresses), AGE),
};

/** Columns of any Scale. */
export const SCALE_TABLE: TableShape = shape(
  { ...integer('Desired', object => object.spec?.replicas), description: 'Number of desired replicas' },
  { ...integer('Available', object => object.status?.replicas), description: 'Number of actual replicas' },
  { ...AGE, type: 'date' },
);
