import type { ClusterState } from '@flotilla/backstage-plugin-fleet-common';

/** As they are read: well first, then by what needs a person most. */
export const STATES_SHOWN: ClusterState[] = ['Healthy', 'Degraded', 'Unreachable', 'SignInNeeded', 'NoPermission', 'Held', 'Joining', 'NotSeen'];
