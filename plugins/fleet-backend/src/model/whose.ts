import { LABEL_HUB, LABEL_MANAGED_BY, type WhoseObject } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from './kinds';

type Marks = Record<string, string>;

/** People's tools, and the server's own first manager. */
const BY_HAND = /^(kubectl.*|before-first-apply|Mozilla|dashboard|curl|k9s|Lens|OpenLens|node-fetch|unknown)$/i;
/** They write status, scale and revisions of what others look after. */
const CONTROLLERS = /^(kube-controller-manager|kube-scheduler|kubelet|vpnkit-controller|flotilla)$/;

function helm(labels: Marks, annotations: Marks): WhoseObject | undefined {
  const release = annotations['meta.helm.sh/release-name'];
  if (release) return { by: 'helm', name: release };
  return labels[LABEL_MANAGED_BY] === 'Helm' ? { by: 'helm', name: labels['app.kubernetes.io/instance'] ?? labels.release } : undefined;
}

/** `<application>:<group>/<kind>:<namespace>/<name>`. */
const tracked = (id: string) => id.split(':')[0];

function argo(labels: Marks, annotations: Marks, managers: readonly string[]): WhoseObject | undefined {
  const id = annotations['argocd.argoproj.io/tracking-id'];
  if (id) return { by: 'argocd', name: tracked(id) };
  const label = labels['argocd.argoproj.io/instance'];
  if (label) return { by: 'argocd', name: label };
  return managers.some(each => each.startsWith('argocd')) ? { by: 'argocd', name: labels['app.kubernetes.io/instance'] } : undefined;
}

function flux(labels: Marks, managers: readonly string[]): WhoseObject | undefined {
  for (const tool of ['kustomize', 'helm']) {
    const name = labels[`${tool}.toolkit.fluxcd.io/name`];
    if (name) return { by: 'flux', name: `${labels[`${tool}.toolkit.fluxcd.io/namespace`] ?? ''}/${name}`.replace(/^\//, '') };
  }
  const manager = managers.find(each => each === 'kustomize-controller' || each === 'helm-controller');
  return manager ? { by: 'flux', name: manager } : undefined;
}

const named = (found: WhoseObject): WhoseObject => (found.name ? found : { by: found.by });

/** Who writes the object itself, not its status. */
export const managersOf = ({ metadata }: KubeObject): string[] =>
  [...new Set((metadata.managedFields ?? []).filter(entry => !entry.subresource).map(entry => entry.manager ?? ''))].filter(manager => manager !== '' && !CONTROLLERS.test(manager)).sort();

/**
 * Whose an object in a member is. What a tool says of itself comes before whom the server saw writing; Flux before Helm, which it uses.
 * @param hub - this hub's id
 */
export function whoseObject(object: KubeObject, hub: string): WhoseObject {
  const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata;
  const mark = labels[LABEL_HUB];
  if (mark !== undefined) return mark === hub ? { by: 'ours' } : { by: 'otherHub', name: mark };
  const controller = ownerReferences.find(owner => owner.controller);
  if (controller) return { by: 'controller', name: `${controller.kind} ${controller.name}` };
  const managers = managersOf(object);
  const tool = flux(labels, managers) ?? argo(labels, annotations, managers) ?? helm(labels, annotations);
  if (tool) return named(tool);
  const said = labels[LABEL_MANAGED_BY];
  if (said) return { by: 'tool', name: said };
  const others = managers.filter(manager => !BY_HAND.test(manager));
  return others.length > 0 ? { by: 'tool', name: others.join(', ') } : { by: 'hand' };
}
