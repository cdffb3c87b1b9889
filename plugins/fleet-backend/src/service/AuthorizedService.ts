import { forbidden, type KubeObject, type RequestContext, type ResourceService, type Target, type WatchEvent } from '@flotilla/kube-api';
import { aboutTarget, engineOnly, RIGHT_OF_VERB, type Authority, type RightAbout } from './rights';

/** How often a running watch asks again whether it may go on, ms. */
const RECHECK_MS = 30_000;

export interface SecretRules {
  /** Whether this Secret holds the way into a cluster: by its type, or because a kubeconfigRef names it. */
  isKubeconfig(secret: KubeObject): boolean;
  /** What anybody may see of such a Secret: metadata, type and a content hash. */
  redact(secret: KubeObject): KubeObject;
}

const isSecret = (target: Target) => target.info.group === '' && target.info.resource === 'secrets';

const aboutObject = (target: Target, object: KubeObject): RightAbout => ({
  group: target.info.group,
  resource: target.info.resource,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
});

/**
 * Every permission of the API, for every way in. Whoever holds this service needs to check nothing himself;
 * rights that depend on what an object says (naming a Secret, using a cluster) are asked at admission, where the final object is known.
 */
export class AuthorizedService implements ResourceService {
  constructor(
    private readonly inner: ResourceService,
    private readonly authority: Authority,
    private readonly secrets: SecretRules,
  ) {}

  async get(ctx: RequestContext, target: Target) {
    await this.#demand(ctx, 'get', target);
    return this.#show(ctx, target, await this.inner.get(ctx, target));
  }

  async list(ctx: RequestContext, target: Target, request: Parameters<ResourceService['list']>[2]) {
    const reader = await this.#reader(ctx, 'list', target);
    if (isSecret(target)) await this.#demandSecretRead(ctx, target);
    const list = await this.inner.list(ctx, target, request);
    const seen = reader.all ? list.items : list.items.filter(item => reader.sees(aboutObject(target, item)));
    return { ...list, items: isSecret(target) ? seen.map(item => this.#redacted(item)) : seen };
  }

  async *watch(ctx: RequestContext, target: Target, request: Parameters<ResourceService['watch']>[2]): AsyncIterable<WatchEvent> {
    let reader = await this.#reader(ctx, 'watch', target);
    if (isSecret(target)) await this.#demandSecretRead(ctx, target);
    const lost = new AbortController();
    const timer = setInterval(async () => {
      try {
        reader = await this.#reader(ctx, 'watch', target);
      } catch {
        lost.abort();
      }
    }, RECHECK_MS);
    timer.unref?.();
    try {
      const signal = ctx.signal ? AbortSignal.any([ctx.signal, lost.signal]) : lost.signal;
      for await (const event of this.inner.watch({ ...ctx, signal }, target, request)) {
        const object = event.object as KubeObject;
        const judged = event.type !== 'BOOKMARK' && event.type !== 'ERROR';
        if (judged && !reader.all && !reader.sees(aboutObject(target, object))) continue;
        yield judged && isSecret(target) ? { ...event, object: this.#redacted(object) } : event;
      }
    } finally {
      clearInterval(timer);
    }
  }

  async create(ctx: RequestContext, target: Target, object: unknown, options: Parameters<ResourceService['create']>[3]) {
    const name = target.name ?? (object as KubeObject | undefined)?.metadata?.name;
    await this.#demand(ctx, 'create', { ...target, name });
    return this.#written(target, await this.inner.create(ctx, target, object, options));
  }

  async update(ctx: RequestContext, target: Target, object: unknown, options: Parameters<ResourceService['update']>[3]) {
    await this.#demand(ctx, 'update', target);
    const result = await this.inner.update(ctx, target, object, options);
    return { ...result, object: this.#written(target, result.object) };
  }

  async patch(ctx: RequestContext, target: Target, patch: Parameters<ResourceService['patch']>[2], options: Parameters<ResourceService['patch']>[3]) {
    await this.#demand(ctx, 'patch', target);
    // An apply may create. Whoever lacks that right is told before anything is written, if the object is not there.
    if (patch.type === 'apply' && !target.subresource && !(await this.authority.check(ctx.principal, 'create', aboutTarget(target))).allowed) {
      await this.inner.get(ctx, target).catch(() => this.#demand(ctx, 'create', target));
    }
    // A JSON patch's `test` operations would be an oracle for data the caller may not read.
    if (isSecret(target) && patch.type === 'json') await this.#demandSecretRead(ctx, target);
    const result = await this.inner.patch(ctx, target, patch, options);
    return { ...result, object: this.#written(target, result.object) };
  }

  async delete(ctx: RequestContext, target: Target, options: Parameters<ResourceService['delete']>[2]) {
    await this.#demand(ctx, 'delete', target);
    const result = await this.inner.delete(ctx, target, options);
    return isSecret(target) && result.kind === 'Secret' ? this.#withoutData(result as KubeObject) : result;
  }

  async deleteCollection(ctx: RequestContext, target: Target, request: Parameters<ResourceService['deleteCollection']>[2], options: Parameters<ResourceService['deleteCollection']>[3]) {
    const reader = await this.#reader(ctx, 'deletecollection', target);
    await this.#demand(ctx, 'deletecollection', target);
    if (!reader.all) throw forbidden(target.info, '', 'deleting a collection needs read on all of it');
    const list = await this.inner.deleteCollection(ctx, target, request, options);
    return isSecret(target) ? { ...list, items: list.items.map(item => this.#withoutData(item)) } : list;
  }

  async #demand(ctx: RequestContext, verb: string, target: Target): Promise<void> {
    const right = RIGHT_OF_VERB[verb];
    if (right !== 'read' && ctx.principal.kind !== 'system' && engineOnly(target.info, target.subresource)) {
      throw forbidden(target.info, target.name ?? '', `${target.subresource ?? target.info.resource} is written by Flotilla alone`);
    }
    const answer = await this.authority.check(ctx.principal, right, aboutTarget(target));
    if (!answer.allowed) throw forbidden(target.info, target.name ?? '', `User "${ctx.principal.name}" cannot ${verb} resource "${target.info.resource}" in API group "${target.info.group}"${target.namespace ? ` in the namespace "${target.namespace}"` : ''}: ${answer.why}`);
  }

  async #reader(ctx: RequestContext, verb: string, target: Target) {
    const reader = await this.authority.reader(ctx.principal, aboutTarget(target));
    if (!reader.all && reader.why !== '') throw forbidden(target.info, '', `User "${ctx.principal.name}" cannot ${verb} resource "${target.info.resource}": ${reader.why}`);
    return reader;
  }

  async #demandSecretRead(ctx: RequestContext, target: Target) {
    const answer = await this.authority.check(ctx.principal, 'secret.read', aboutTarget(target));
    if (!answer.allowed) throw forbidden(target.info, target.name ?? '', answer.why);
  }

  async #show(ctx: RequestContext, target: Target, object: KubeObject): Promise<KubeObject> {
    if (!isSecret(target)) return object;
    if (ctx.principal.kind !== 'system' && !this.secrets.isKubeconfig(object)) await this.#demandSecretRead(ctx, target);
    return ctx.principal.kind === 'system' ? object : this.#redacted(object);
  }

  #redacted(secret: KubeObject): KubeObject {
    return this.secrets.isKubeconfig(secret) ? this.secrets.redact(secret) : secret;
  }

  #withoutData(secret: KubeObject): KubeObject {
    return this.secrets.redact(secret);
  }

  /** Answers to writes show no more than the writer sent himself. */
  #written(target: Target, object: KubeObject): KubeObject {
    return isSecret(target) ? this.#redacted(object) : object;
  }
}
