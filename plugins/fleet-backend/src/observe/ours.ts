/** Our objects in one member, and which pods belong to them. */
import { ANNOTATION_TARGET, LABEL_APPLICATION, LABEL_COMPONENT } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { type LabelSelector, matches } from '../model/selectors';
import type { Sink } from './reflector';
import type { LiveObjects } from './types';

/** The target an object or pod belongs to: its annotation, else its labels; '' when neither says. */
export function targetOf(object: { metadata: KubeObject['metadata'] }): string {
  const { annotations, labels, namespace = '' } = object.metadata;
  const named = annotations?.[ANNOTATION_TARGET];
  if (named) return named;
  const application = labels?.[LABEL_APPLICATION];
  const component = labels?.[LABEL_COMPONENT];
  return application && component ? `Application/${namespace}/${application}/${component}` : '';
}

export const liveKey = (object: KubeObject): string =>
  `${object.apiVersion}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

interface Workload {
  target: string;
  selector: LabelSelector;
}

/** How the workload's controller finds its pods; undefined for what makes no pods. */
function selectorOf(object: KubeObject): LabelSelector | undefined {
  if (!object.spec?.template) return undefined;
  const selector = object.spec.selector as LabelSelector | undefined;
  if (selector?.matchLabels || selector?.matchExpressions) return selector;
  return object.kind === 'Job' ? { matchLabels: { 'job-name': object.metadata.name ?? '' } } : undefined;
}

/** Versions are numbers on every server we know; what is no number is taken as newer. */
const isOlder = (a: KubeObject, b: KubeObject) => Number(a.metadata.resourceVersion) < Number(b.metadata.resourceVersion);

export class OurObjects {
  private readonly objects = new Map<string, KubeObject>();
  /** By namespace, then by object key. */
  private readonly workloads = new Map<string, Map<string, Workload>>();

  constructor(
    private readonly onObject: (object: KubeObject, gone: boolean) => void,
    /** Workloads of this namespace select other pods than before. */
    private readonly onSelectors: (namespace: string) => void,
  ) {}

  get live(): LiveObjects {
    return this.objects;
  }

  /** The target whose workload selects a pod with these labels. */
  targetOfPod(namespace: string, labels: Record<string, string>): string | undefined {
    for (const workload of this.workloads.get(namespace)?.values() ?? []) {
      if (matches(workload.selector, labels)) return workload.target;
    }
    return undefined;
  }

  /** Takes the objects of one kind. */
  sink(apiVersion: string, kind: string): Sink {
    const ofKind = (object: KubeObject) => object.apiVersion === apiVersion && object.kind === kind;
    return {
      seen: object => this.put(object),
      gone: object => this.drop(object),
      keepOnly: uids => {
        for (const object of [...this.objects.values()]) {
          if (ofKind(object) && !uids.has(object.metadata.uid ?? '')) this.drop(object);
        }
      },
    };
  }

  private put(object: KubeObject) {
    const key = liveKey(object);
    const known = this.objects.get(key);
    const same = known?.metadata.uid === object.metadata.uid;
    // A list, or a watch that replays, may bring what we have or had.
    if (known && same && (known.metadata.resourceVersion === object.metadata.resourceVersion || isOlder(object, known))) return;
    this.objects.set(key, object);
    this.index(key, object);
    this.onObject(object, false);
  }

  private drop(object: KubeObject) {
    const key = liveKey(object);
    // A late deletion of a former object of this name says nothing about the one that lives.
    if (this.objects.get(key)?.metadata.uid !== object.metadata.uid) return;
    this.objects.delete(key);
    const namespace = object.metadata.namespace ?? '';
    if (this.workloads.get(namespace)?.delete(key)) this.onSelectors(namespace);
    this.onObject(object, true);
  }

  private index(key: string, object: KubeObject) {
    const namespace = object.metadata.namespace ?? '';
    const selector = selectorOf(object);
    const target = targetOf(object);
    if (!selector || !target) return;
    const known = this.workloads.get(namespace)?.get(key);
    if (known?.target === target && JSON.stringify(known.selector) === JSON.stringify(selector)) return;
    if (!this.workloads.has(namespace)) this.workloads.set(namespace, new Map());
    this.workloads.get(namespace)!.set(key, { target, selector });
    this.onSelectors(namespace);
  }
}
