import { FLEET_ROOT, fleetPaths } from '@flotilla/backstage-plugin-fleet-common';

/** Address of an Application's placement, or of a selected object's. */
export const placementHref = ({ kind = 'Application', namespace, name }: { kind?: string; namespace: string; name: string }): string =>
  kind === 'Application' ? fleetPaths.placement(namespace, name) : `${FLEET_ROOT}/objects/${[kind, namespace, name].map(encodeURIComponent).join('/')}`;

/** Address of a path below the plugin's root, as the backend says them. */
export const belowRoot = (path: string): string => `${FLEET_ROOT}${path}`;
