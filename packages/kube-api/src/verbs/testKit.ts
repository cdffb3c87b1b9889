import { MemoryStorage } from '../memoryStorage';
import { createRegistry } from '../registry';
import type { RegistryOptions } from '../registry';
import { createResourceService } from '../resourceService';
import type { Admission, RequestContext, Target } from '../service';
import type { KubeObject, Schema } from '../types';

export interface TestService extends ReturnType<typeof testService> {}

/** A service over memory with a still clock and counted uids; for tests. */
export function testService(options: { admission?: Admission; registry?: RegistryOptions; enforceNamespaces?: boolean; templates?: boolean } = {}) {
  const storage = new MemoryStorage();
  const registry = createRegistry(options.registry);
  let count = 0;
  const clock = { now: new Date('2026-01-02T03:04:05Z') };
  const service = createResourceService({
    storage,
    registry,
    admission: options.admission,
    now: () => clock.now,
    uid: () => `00000000-0000-4000-8000-${String(++count * 7919).padStart(12, '0')}`,
    enforceNamespaces: options.enforceNamespaces ?? false,
    templates: options.templates,
  });
  const warnings: string[] = [];
  const ctx: RequestContext = {
    principal: { kind: 'user', name: 'user:default/ann', groups: [] },
    userAgent: 'kubectl/v1.36.0',
    warn: message => warnings.push(message),
  };
  const target = (apiVersion: string, kind: string, name?: string, namespace?: string): Target => {
    const info = registry.byKind(apiVersion, kind);
    if (!info) throw new Error(`${apiVersion} ${kind} is not served`);
    return { info, name, namespace: namespace ?? (info.namespaced ? 'default' : undefined) };
  };
  const of = (object: KubeObject) => target(object.apiVersion, object.kind, object.metadata.name, object.metadata.namespace);
  const create = (object: KubeObject) => service.create(ctx, { ...of(object), name: undefined }, object, {});
  return { storage, registry, service, ctx, warnings, clock, target, of, create };
}

/** What a refused call was answered with. */
export async function refusal(call: Promise<unknown>) {
  try {
    await call;
  } catch (error: any) {
    if (error.status) return { code: error.code as number, reason: error.status.reason, message: error.status.message as string, causes: error.status.details?.causes };
    throw error;
  }
  throw new Error('the call was not refused');
}

/** A definition of `widgets.example.com`, namespaced, with status and scale. */
export const widgetCrd = (spec: Schema, more: object = {}): KubeObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        ...more,
      },
    ],
  },
});

export const widget = (name: string, spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'default', ...metadata },
  spec,
});

export const configMap = (name: string, data: Record<string, string> = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
  data,
});
