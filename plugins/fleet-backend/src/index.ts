/**
 * The control plane of a fleet of Kubernetes clusters, as a Backstage backend plugin.
 *
 * @packageDocumentation
 */
export { fleetPlugin as default } from './plugin';
