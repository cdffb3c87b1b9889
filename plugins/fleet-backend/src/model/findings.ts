import { budget } from './findings/budget';
import { clusterNames } from './findings/clusterNames';
import { componentFields } from './findings/componentFields';
import { components } from './findings/components';
import { costWeight } from './findings/costWeight';
import { fleetChoice } from './findings/fleetChoice';
import { kubeconfig } from './findings/kubeconfig';
import { labelClash } from './findings/labelClash';
import { membershipGaps } from './findings/membershipGaps';
import { overrides } from './findings/overrides';
import { placements } from './findings/placements';
import { policyFields } from './findings/policyFields';
import { policyTargets } from './findings/policyTargets';
import { profileNames } from './findings/profileNames';
import { replicas } from './findings/replicas';
import { requests } from './findings/requests';
import type { Found, Rule } from './findings/rule';
import { sameThing } from './findings/sameThing';
import { stages } from './findings/stages';
import { switchedOff } from './findings/switchedOff';
import { tolerations } from './findings/tolerations';
import { unknownWords } from './findings/unknownWords';
import { unsupported } from './findings/unsupported';
import { unused } from './findings/unused';
import type { KubeObject } from './kinds';
import type { World } from './world';

/** A first contribution is one file, one test and one line here. */
const RULES: readonly Rule[] = [
  membershipGaps,
  labelClash,
  kubeconfig,
  tolerations,
  fleetChoice,
  clusterNames,
  placements,
  components,
  componentFields,
  requests,
  replicas,
  budget,
  overrides,
  policyFields,
  policyTargets,
  stages,
  profileNames,
  unused,
  unknownWords,
  switchedOff,
  sameThing,
  costWeight,
  unsupported,
];

/** So many findings of one code are listed on an object; the rest is counted. */
const MOST = 20;

/** Lists that name thousands of things would otherwise say the same thousands of times, on the object and in every answer. */
function listed(found: readonly Found[]): Found[] {
  const counts = new Map<string, number>();
  for (const { code } of found) counts.set(code, (counts.get(code) ?? 0) + 1);
  const seen = new Map<string, number>();
  return found.flatMap(finding => {
    const at = (seen.get(finding.code) ?? 0) + 1;
    seen.set(finding.code, at);
    const more = counts.get(finding.code)! - MOST;
    if (at > MOST) return [];
    return at === MOST && more > 0 ? [{ ...finding, because: `${finding.because} (and ${more} more like this)` }] : [finding];
  });
}

/**
 * Contradictions and doubts in one object, given everything else there is. What is wrong in itself is refused at admission
 * and is not here. Equal input gives an equal list, in the order of the rules.
 */
export function findingsOf(object: KubeObject, world: World): Found[] {
  if (object.metadata.deletionTimestamp) return [];
  return listed(RULES.flatMap(rule => rule(object, world)));
}
