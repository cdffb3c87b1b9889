import type { KubeObject } from '../types';

const SHOWN = 2;
const KEYS: Record<string, string> = { Resource: 'resource', ContainerResource: 'containerResource', Pods: 'pods', Object: 'object', External: 'external' };

/** One metric as `current/target`, with the resource's name before it or `(avg)` behind it where kubectl has them. */
function metricText(metric: any, status: any): string {
  const key = KEYS[metric.type];
  if (!key) return '<unknown type>';
  const { name, target = {} } = metric[key] ?? {};
  const current = status?.[key]?.current ?? {};
  if (key === 'resource' || key === 'containerResource') {
    if (target.averageValue !== undefined) return `${name}: ${current.averageValue ?? '<unknown>'}/${target.averageValue}`;
    return `${name}: ${percent(current.averageUtilization, '<unknown>')}/${percent(target.averageUtilization, '<auto>')}`;
  }
  if (key === 'pods') return `${current.averageValue ?? '<unknown>'}/${target.averageValue}`;
  if (target.averageValue !== undefined) return `${current.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;
  return `${current.value ?? '<unknown>'}/${target.value}`;
}

const percent = (value: number | undefined, otherwise: string) => (value === undefined ? otherwise : `${value}%`);

/** The TARGETS cell of a HorizontalPodAutoscaler. */
export function hpaTargets({ spec, status }: KubeObject): string {
  const metrics: any[] = spec?.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const texts = metrics.slice(0, SHOWN).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  const more = metrics.length - SHOWN;
  return texts.join(', ') + (more > 0 ? ` + ${more} more...` : '');
}
