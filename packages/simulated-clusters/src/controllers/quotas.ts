import { canonicalQuantity, type KubeObject } from '@flotilla/kube-api';
import { countedBy, usedBy } from './quotaUsage';
import { listAll, writeStatus, type Hands } from './hands';
import type { Snapshot } from './snapshot';

/** A ResourceQuota says how much of it is used. */
export async function reconcileQuota(hands: Hands, _world: Snapshot, quota: KubeObject): Promise<void> {
  const hard: Record<string, string> = quota.spec?.hard ?? {};
  const used: Record<string, string> = {};
  for (const name of Object.keys(hard)) {
    const range = countedBy(name);
    const objects = range ? (await listAll(hands, range.group, range.resource)).filter(each => each.metadata.namespace === quota.metadata.namespace) : [];
    used[name] = quantityOf(name, objects.reduce((sum, object) => sum + usedBy(name, object), 0));
  }
  await writeStatus(hands, quota, { hard, used });
}

/** An amount as Kubernetes writes it for a resource. */
export function quantityOf(name: string, amount: number): string {
  if (/(^|\.)cpu$/.test(name)) return String(canonicalQuantity(`${Math.round(amount * 1000)}m`));
  if (/(^|\.)(memory|storage)$/.test(name) && amount % 1024 === 0) return String(canonicalQuantity(`${amount / 1024}Ki`));
  return String(amount);
}
