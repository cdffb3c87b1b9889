import type { OverrideRule } from '@flotilla/backstage-plugin-fleet-common';
import { forbidden, invalid, required } from '../causes';
import type { StatusCause } from '../kinds';
import { affinityCauses } from './placement';

/** Fields that say which object it is, or that belong to whoever runs it: the same in every cluster. */
const FIXED = /^\/(apiVersion|kind|status|metadata\/(name|namespace|uid|ownerReferences|finalizers)|spec\/selector)(\/|$)/;
/** Our marks, with the slash of the key escaped as JSON pointers do. */
const MARKS = /^\/(spec\/template\/)?metadata\/(labels|annotations)\/fleet\.kurator\.dev~1/;
const POINTER = /^(\/([^~/]|~[01])*)+$/;

/** Whether a value, or what it holds, names a Secret that may not be named. Which field it lands in is not looked at. */
function names(value: unknown, isKubeconfig: (name: string) => boolean): string | undefined {
  if (typeof value === 'string') return isKubeconfig(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = names(inner, isKubeconfig);
    if (found) return found;
  }
  return undefined;
}

/** Everything wrong in itself with what a component changes per cluster. */
export function overrideCauses(rules: readonly OverrideRule[] | undefined, path: string, isKubeconfig: (name: string) => boolean): StatusCause[] {
  return (rules ?? []).flatMap((rule, index) => {
    const at = `${path}[${index}]`;
    const patches = (rule.overriders.plaintext ?? []).flatMap((override, at2): StatusCause[] => {
      const here = `${at}.overriders.plaintext[${at2}]`;
      if (!POINTER.test(override.path)) return [invalid(`${here}.path`, override.path, 'must be a JSON pointer, such as "/spec/replicas"')];
      if (FIXED.test(override.path) || MARKS.test(override.path)) return [forbidden(`${here}.path`, `"${override.path.slice(0, 63)}" is the same in every cluster`)];
      if (override.operator === 'remove') return override.value === undefined ? [] : [forbidden(`${here}.value`, 'may not be given with operator remove')];
      if (override.value === undefined) return [required(`${here}.value`, `must be given with operator ${override.operator}`)];
      const secret = names(override.value, isKubeconfig);
      return secret ? [forbidden(`${here}.value`, `Secret "${secret}" holds a kubeconfig and never travels`)] : [];
    });
    return [...affinityCauses(rule.targetCluster, `${at}.targetCluster`), ...patches];
  });
}
