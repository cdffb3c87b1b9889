/** A taint of a node or a cluster. Effects that keep things away: `NoSchedule` and `NoExecute`; `PreferNoSchedule` never does. */
export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** As in Kubernetes: an empty `key` with `Exists` tolerates everything, an empty `effect` every effect. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** Whether this toleration covers this taint. An operator nobody knows covers nothing. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator || 'Equal';
  if (operator === 'Exists') return true;
  // Without a key only `Exists` is a toleration.
  return operator === 'Equal' && Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** The taints that keep something with these tolerations away. */
export function untolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): Taint[] {
  return taints.filter(
    taint => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerations.some(toleration => tolerates(toleration, taint)),
  );
}

/** `key=value:effect`, or `key:effect` where there is no value: kubectl's way to write a taint. */
export function formatTaint(taint: Taint): string {
  return `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`;
}
