import type { KubeObject } from '@flotilla/kube-api';
import { isKubeconfigSecret, kubeconfigSecrets } from '../model/redactSecret';
import { referencesOfApplication } from '../workloads/targets';
import type { Reference } from '../workloads/types';
import type { Engine } from './engine';

/**
 * The ConfigMaps and Secrets of the hub that an Application's components name. A kubeconfig never travels, not even when a Secret
 * became one after a component named it.
 */
export async function loadReferences({ stores, world }: Pick<Engine, 'stores' | 'world'>, application: KubeObject): Promise<Reference[]> {
  const namespace = application.metadata.namespace!;
  const kubeconfigs = kubeconfigSecrets(world.fleets, world.clusters);
  const found = await Promise.all(
    referencesOfApplication(application).map(async ({ kind, name }): Promise<Reference | undefined> => {
      const content = await stores.resources.get({ group: '', resource: kind === 'Secret' ? 'secrets' : 'configmaps', namespace, name });
      return content && !isKubeconfigSecret(content, kubeconfigs) ? { kind, name, content } : undefined;
    }),
  );
  return found.filter(each => each !== undefined);
}
