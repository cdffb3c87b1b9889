import { forbidden, KubeError, type DeleteOptions, type KubeList, type KubeObject, type ListRequest, type Patch, type RequestContext, type ResourceService, type Target, type WatchEvent } from '@flotilla/kube-api';
import { aboutObject, aboutTarget, engineOnly, RIGHT_OF_VERB, type Authority, type RightAbout } from './rights';

/** How often a running watch asks again whether it may go on, ms. */
const RECHECK_MS = 30_000;

export interface SecretRules {
  /** Whether this Secret holds the way into a cluster: by its type, or because a kubeconfigRef names it. */
  isKubeconfig(secret: KubeObject): boolean;
  /** What anybody may see of such a Secret: metadata, type and a content hash. */
  redact(secret: KubeObject): KubeObject;
}

const isSecret = (target: Target) => target.info.group === '' && target.info.resource === 'secrets';

/** The events that a judge lets through, who is asked to look at the rights again while they come. */
async function* judged(events: AsyncIterable<WatchEvent>, askAgain: () => Promise<void>, judge: (event: WatchEvent) => WatchEvent | undefined): AsyncGenerator<WatchEvent, void, undefined> {
  const timer = setInterval(askAgain, RECHECK_MS);
  timer.unref?.();
  try {
    for await (const event of events) {
      const shown = judge(event);
      if (shown) yield shown;
    }
  } finally {
    clearInterval(timer);
  }
}

/** What went meanwhile, or was replaced by another of its name, is not what was to be deleted. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof KubeError && [404, 409].includes(error.code))) throw error;
}

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
    const seen = reader.all ? list.items : list.items.filter(item => reader.sees(aboutObject(target.info, item)));
    // How many more there are is told to those alone who may see them all.
    const { remainingItemCount: _remaining, ...metadata } = list.metadata;
    return { ...list, metadata: reader.all ? list.metadata : metadata, items: isSecret(target) ? seen.map(item => this.#redacted(item)) : seen };
  }

  async watch(ctx: RequestContext, target: Target, request: Parameters<ResourceService['watch']>[2]): Promise<AsyncIterable<WatchEvent>> {
    const ask = async () => {
      if (isSecret(target)) await this.#demandSecretRead(ctx, target);
      return this.#reader(ctx, 'watch', target);
    };
    let reader = await ask();
    const lost = new AbortController();
    const signal = ctx.signal ? AbortSignal.any([ctx.signal, lost.signal]) : lost.signal;
    const events = await this.inner.watch({ ...ctx, signal }, target, request);
    const askAgain = async () => {
      try {
        reader = await ask();
      } catch {
        lost.abort();
      }
    };
    return judged(events, askAgain, event => {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return event;
      const object = event.object as KubeObject;
      if (!reader.all && !reader.sees(aboutObject(target.info, object))) return undefined;
      return isSecret(target) ? { ...event, object: this.#redacted(object) } : event;
    });
  }

  async create(ctx: RequestContext, target: Target, object: unknown, options: Parameters<ResourceService['create']>[3]) {
    const name = target.name ?? (object as KubeObject | undefined)?.metadata?.name;
    await this.#demand(ctx, 'create', { ...target, name });
    return this.#written(ctx, target, await this.inner.create(ctx, target, object, options));
  }

  async update(ctx: RequestContext, target: Target, object: unknown, options: Parameters<ResourceService['update']>[3]) {
    await this.#demand(ctx, 'update', target);
    if (isSecret(target)) await this.#refuseEmptied(ctx, target, object as KubeObject | undefined);
    const result = await this.inner.update(ctx, target, object, options);
    return { ...result, object: await this.#written(ctx, target, result.object) };
  }

  async patch(ctx: RequestContext, target: Target, patch: Parameters<ResourceService['patch']>[2], options: Parameters<ResourceService['patch']>[3]) {
    await this.#demand(ctx, 'patch', target);
    const settled = patch.type === 'apply' && !target.subresource ? await this.#withoutCreating(ctx, target, patch) : patch;
    if (isSecret(target) && patch.type === 'json') await this.#demandWholeView(ctx, target);
    const result = await this.inner.patch(ctx, target, settled, options);
    return { ...result, object: await this.#written(ctx, target, result.object) };
  }

  async delete(ctx: RequestContext, target: Target, options: Parameters<ResourceService['delete']>[2]) {
    await this.#demand(ctx, 'delete', target);
    const result = await this.inner.delete(ctx, target, options);
    return isSecret(target) && result.kind === 'Secret' ? this.secrets.redact(result as KubeObject) : result;
  }

  async deleteCollection(ctx: RequestContext, target: Target, request: Parameters<ResourceService['deleteCollection']>[2], options: Parameters<ResourceService['deleteCollection']>[3]) {
    await this.#demand(ctx, 'deletecollection', target);
    const reader = await this.#reader(ctx, 'deletecollection', target);
    const list = reader.all ? await this.inner.deleteCollection(ctx, target, request, options) : await this.#deleteEach(ctx, target, request, options, reader.sees);
    return isSecret(target) ? { ...list, items: list.items.map(item => this.secrets.redact(item)) } : list;
  }

  /** Rights that hang on conditions are asked for each object, and only what they were asked for is deleted; one missing refuses all. */
  async #deleteEach(ctx: RequestContext, target: Target, request: ListRequest, options: DeleteOptions, sees: (about: RightAbout) => boolean): Promise<KubeList> {
    const list = await this.inner.list(ctx, target, request);
    for (const item of list.items) {
      const about = aboutObject(target.info, item);
      // Its name would be told in the refusal to one who may not know of it.
      if (!sees(about)) throw forbidden(target.info, '', 'deleting a collection needs read on all of it');
      const answer = await this.authority.check(ctx.principal, 'delete', about);
      if (!answer.allowed) throw forbidden(target.info, about.name ?? '', `deleting a collection needs the right to delete each of its objects: ${answer.why}`);
    }
    for (const item of list.items) {
      const { name, namespace, uid } = item.metadata;
      await this.inner.delete(ctx, { ...target, name, namespace }, { ...options, preconditions: { ...options.preconditions, uid } }).catch(ignoreGone);
    }
    return list;
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

  /** Answers to writes show no data to those who may not read it. */
  async #written(ctx: RequestContext, target: Target, object: KubeObject): Promise<KubeObject> {
    if (!isSecret(target) || ctx.principal.kind === 'system') return object;
    const mayRead = (await this.authority.check(ctx.principal, 'secret.read', aboutTarget(target))).allowed;
    return mayRead ? this.#redacted(object) : this.secrets.redact(object);
  }

  /**
   * An apply creates what is not there. Whoever lacks that right is told so; otherwise the apply is tied to the object
   * that was found, so that it creates nothing if that one goes meanwhile.
   */
  async #withoutCreating(ctx: RequestContext, target: Target, patch: Patch): Promise<Patch> {
    if ((await this.authority.check(ctx.principal, 'create', aboutTarget(target))).allowed) return patch;
    const found = await this.inner.get(ctx, target).catch(() => undefined);
    if (!found) await this.#demand(ctx, 'create', target);
    const body = patch.body as KubeObject | undefined;
    if (!found || typeof body !== 'object' || body === null) return patch;
    return { ...patch, body: { ...body, metadata: { ...body.metadata, uid: body.metadata?.uid ?? found.metadata.uid } } };
  }

  /** A JSON patch can test what it may not read, and copy it to where everybody reads it. */
  async #demandWholeView(ctx: RequestContext, target: Target) {
    await this.#demandSecretRead(ctx, target);
    const found = await this.inner.get(ctx, target);
    if (ctx.principal.kind !== 'system' && this.secrets.isKubeconfig(found)) {
      throw forbidden(target.info, target.name ?? '', 'a kubeconfig is never shown, and a JSON patch could copy it: use server-side apply');
    }
  }

  /** What was read of a kubeconfig has no data; put back as it was read, it would lose it. */
  async #refuseEmptied(ctx: RequestContext, target: Target, object: KubeObject | undefined) {
    if (ctx.principal.kind === 'system' || object?.data !== undefined || object?.stringData !== undefined) return;
    const found = await this.inner.get(ctx, target);
    if (this.secrets.isKubeconfig(found)) throw forbidden(target.info, target.name ?? '', 'this update would take its data away, which is never shown: use server-side apply');
  }
}
