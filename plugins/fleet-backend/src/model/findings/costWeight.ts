import { DEFAULT_WEIGHTS, SCORERS, profileWeights, type SchedulingProfileSpec } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '../kinds';
import { usersOf } from '../profiles';
import type { Rule } from './rule';

const weightOf = (profile: KubeObject): number | undefined => (profile.spec as SchedulingProfileSpec)?.costAware?.weight;

/** A cost weight that differs from another profile's, or, where there is no other, from the built-in one. The weights that hold are said. */
export const costWeight: Rule = (profile, world) => {
  const own = profile.kind === 'SchedulingProfile' ? weightOf(profile) : undefined;
  if (own === undefined) return [];
  const others = world.profiles.filter(each => each.kind === 'SchedulingProfile' && each.metadata.name !== profile.metadata.name && weightOf(each) !== undefined);
  const different = others.find(each => weightOf(each) !== own);
  const against = different ? `${weightOf(different)} of profile ${different.metadata.name}` : `the built-in ${DEFAULT_WEIGHTS.cost}`;
  if (!different && (others.length > 0 || own === DEFAULT_WEIGHTS.cost)) return [];
  const bound = usersOf(profile, world).length > 0;
  const weights = bound ? profileWeights(profile.spec) : DEFAULT_WEIGHTS;
  const shown = SCORERS.map(scorer => `${scorer} ${Number(weights[scorer].toFixed(5))}`).join(', ');
  const holds = bound ? `where this profile is bound the weights are ${shown}` : `nothing uses this profile, so the weights stay ${shown}`;
  return [{ code: 'CostWeightDiffers', severity: 'info', path: 'spec.costAware.weight', because: `${own} differs from ${against}; ${holds}` }];
};
