import { ANNOTATION_FLEET, type FleetCluster } from '@flotilla/backstage-plugin-fleet-common';
import { fleetOpenTo } from './allowed';
import { keyOf, type KubeObject } from './kinds';

export interface FleetQuestion {
  /** The Application, or the object a policy selected. */
  object: KubeObject;
  /** Its Namespace; absent when not known. */
  namespace?: KubeObject;
  fleets: readonly KubeObject[];
  /** Clusters that its policy names; only a fleet that holds them all can be meant. */
  policyClusters?: readonly string[];
  /** Namespaces whose fleets are open to all. */
  fleetNamespaces: readonly string[];
  /** `status.fleet`, once something was written to a cluster. */
  recorded?: string;
}

/** Where the answer comes from, in the order it is looked for. */
export type FleetSource = 'destination' | 'annotation' | 'recorded' | 'namespace' | 'only';

export type FleetAnswer =
  | { found: 'one'; fleet: KubeObject; by: FleetSource }
  | { found: 'several'; candidates: string[]; because: string; fix: string }
  | { found: 'none'; because: string; fix: string };

const FIX = 'set spec.destination.fleet, or annotate the object or its Namespace with';

const several = (candidates: string[], what: string): FleetAnswer => ({
  found: 'several',
  candidates,
  because: `${what}: ${candidates.join(', ')}`,
  fix: `${FIX} ${ANNOTATION_FLEET}: ${candidates[0]}`,
});

/** Finds a fleet by `name` or `namespace/name`. A bare name means the one beside the object, then any that is open to it. */
function named(name: string, by: FleetSource, question: FleetQuestion): FleetAnswer {
  const home = question.object.metadata.namespace ?? '';
  const open = (fleet: KubeObject) => fleetOpenTo(fleet, home, question.fleetNamespaces);
  const alike = question.fleets.filter(fleet => (name.includes('/') ? keyOf(fleet) === name : fleet.metadata.name === name));
  const beside = alike.find(fleet => fleet.metadata.namespace === home);
  const usable = beside ? [beside] : alike.filter(open);
  if (usable.length === 1) return { found: 'one', fleet: usable[0], by };
  if (usable.length > 1) return several(usable.map(keyOf).sort(), `several fleets named ${name} are open to namespace ${home}`);
  const because = alike.length ? `fleet ${keyOf(alike[0])} is not open to namespace ${home}` : `there is no fleet ${name}`;
  const fix = alike.length ? `its owner adds ${home} to spec.allowedNamespaces` : `create it, or name another fleet`;
  return { found: 'none', because, fix };
}

/** Without any word: the only fleet that is open and holds all clusters the policy names. */
function theOnly({ object, fleets, policyClusters = [], fleetNamespaces }: FleetQuestion): FleetAnswer {
  const home = object.metadata.namespace ?? '';
  const open = fleets.filter(fleet => fleetOpenTo(fleet, home, fleetNamespaces));
  const holdsAll = (fleet: KubeObject) => {
    const members = new Set((fleet.spec?.clusters ?? []).map((entry: FleetCluster) => entry.name));
    return policyClusters.every(cluster => members.has(cluster));
  };
  const fitting = open.filter(holdsAll);
  if (fitting.length === 1) return { found: 'one', fleet: fitting[0], by: 'only' };
  if (fitting.length > 1) return several(fitting.map(keyOf).sort(), `several fleets are open to namespace ${home}`);
  if (open.length === 0) return { found: 'none', because: `no fleet is open to namespace ${home}`, fix: `create a fleet in it, or have one opened by spec.allowedNamespaces` };
  return { found: 'none', because: `no fleet open to namespace ${home} holds all of ${policyClusters.join(', ')}`, fix: `add the clusters to one fleet, or name fewer in the policy` };
}

/**
 * The fleet that something is placed on. What the object itself says comes first, then the record, so that neither a second
 * fleet nor a changed Namespace moves what runs; then the Namespace's annotation; then the only fleet that fits.
 */
export function whichFleet(question: FleetQuestion): FleetAnswer {
  const { object, namespace, recorded } = question;
  const destination: string | undefined = object.kind === 'Application' ? object.spec?.destination?.fleet : undefined;
  if (destination) return named(destination, 'destination', question);
  const annotated = object.metadata.annotations?.[ANNOTATION_FLEET];
  if (annotated) return named(annotated, 'annotation', question);
  if (recorded) {
    const kept = named(recorded, 'recorded', question);
    return kept.found === 'one' ? kept : { found: 'none', because: `it runs on fleet ${recorded}, but ${reasonOf(kept)}`, fix: `bring that fleet back, or name another in spec.destination.fleet` };
  }
  const ofNamespace = namespace?.metadata.annotations?.[ANNOTATION_FLEET];
  return ofNamespace ? named(ofNamespace, 'namespace', question) : theOnly(question);
}

const reasonOf = (answer: FleetAnswer) => (answer.found === 'one' ? '' : answer.because);
