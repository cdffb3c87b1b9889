import { systemContext, KubeError, type KubeObject } from '@flotilla/kube-api';
import { withToken } from '../clusters';
import type { CredentialFacts } from '../clusters/types';
import { kubeconfigKey } from '../model/defaults';
import { kindInfo, type Engine } from './engine';
import { rfc3339, tell } from './records';

const context = systemContext('flotilla-engine');
/** What kube-apiserver takes at least. */
const SHORTEST_SECONDS = 600;
const LIMITS = { timeoutMs: 10_000 };

export type Renewal = { did: 'renewed' } | { did: 'nothing' } | { did: 'failed'; mayNot: boolean; because: string };

const failed = (because: string, mayNot = false): Renewal => ({ did: 'failed', mayNot, because });

/**
 * Asks the cluster for the next token of our account there, tries it, and puts it into the Secret; whoever uses the Secret goes on
 * without a gap, and the old token stays good until it ends. A Secret that changed meanwhile is left as it is.
 */
export async function renewToken(engine: Engine, cluster: KubeObject, { account, issuedAt = 0, expiresAt = 0 }: CredentialFacts): Promise<Renewal> {
  const name = cluster.metadata.name!;
  const ref = cluster.spec?.kubeconfigRef;
  const connection = engine.directory.get(name);
  const secret = ref && (await engine.stores.resources.get({ group: '', resource: 'secrets', namespace: ref.namespace, name: ref.name }));
  const content = secret?.data?.[kubeconfigKey(ref)];
  if (!connection || !account || typeof content !== 'string') return { did: 'nothing' };
  const seconds = Math.max(SHORTEST_SECONDS, Math.round((expiresAt - issuedAt) / 1000));
  const answer = await connection.requestToken(account, seconds, LIMITS);
  if (!answer.ok) return failed(answer.because, answer.reason === 'NoPermission');
  if (answer.value.expiresAt <= expiresAt) return failed(`the cluster gives tokens until ${rfc3339(answer.value.expiresAt)} only`);
  const kubeconfig = withToken(Buffer.from(content, 'base64').toString('utf8'), answer.value.token);
  const unfit = await tryOut(engine, cluster, kubeconfig);
  if (unfit) return failed(`the new token does not work: ${unfit}`);
  return save(engine, cluster, secret, { account, kubeconfig, expiresAt: answer.value.expiresAt });
}

/** Why a kubeconfig does not lead to this cluster; undefined when it does. */
async function tryOut(engine: Engine, cluster: KubeObject, kubeconfig: string): Promise<string | undefined> {
  const opened = engine.directory.open({ cluster: cluster.metadata.name!, kubeconfig });
  if (!opened.ok) return opened.because;
  try {
    const found = await opened.value.identity(LIMITS);
    if (!found.ok) return found.because;
    const known = cluster.status?.uid;
    return !known || known === found.value ? undefined : `kube-system has UID ${found.value}, and had ${known}`;
  } finally {
    opened.value.close();
  }
}

interface Next {
  account: { namespace: string; name: string };
  kubeconfig: string;
  expiresAt: number;
}

async function save(engine: Engine, cluster: KubeObject, secret: KubeObject, { account, kubeconfig, expiresAt }: Next): Promise<Renewal> {
  const { namespace = '', name = '' } = secret.metadata;
  const data = { ...secret.data, [kubeconfigKey(cluster.spec.kubeconfigRef)]: Buffer.from(kubeconfig).toString('base64') };
  await engine.stores.leases.verify(engine.fence());
  try {
    await engine.hub.update(context, { info: kindInfo(engine.registry, 'v1', 'Secret'), namespace, name }, { ...secret, data }, { fieldManager: 'flotilla-engine' });
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // Whoever changed it knows better; what it holds now is looked at next.
    return [404, 409].includes(error.code) ? { did: 'nothing' } : failed(error.message);
  }
  const why = `a new token of ${account.namespace}/${account.name} in cluster ${cluster.metadata.name}, good until ${rfc3339(expiresAt)}`;
  await engine.stores.activity.add([{ at: engine.clock.now(), actor: context.principal.name, verb: 'renew', group: '', resource: 'secrets', namespace, name, outcome: 'done', why }]);
  await tell(engine, cluster, 'Normal', 'TokenRenewed', `its token was renewed and is good until ${rfc3339(expiresAt)}`);
  return { did: 'renewed' };
}
