import type { KubeObject } from '@flotilla/kube-api';

/** Name of the HorizontalPodAutoscaler, of those given, that owns the replicas of a workload; undefined when none does. */
export function scaledBy(among: Iterable<KubeObject>, object: KubeObject): string | undefined {
  for (const each of among) {
    const scaled = each.kind === 'HorizontalPodAutoscaler' && each.metadata.namespace === object.metadata.namespace ? each.spec?.scaleTargetRef : undefined;
    if (scaled && scaled.kind === object.kind && scaled.name === object.metadata.name) return each.metadata.name;
  }
  return undefined;
}
