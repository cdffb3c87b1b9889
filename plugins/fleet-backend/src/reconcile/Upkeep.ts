/**
 * Looks after the way into each cluster: what our account may not do there, when its credentials end, and the next token in time.
 * The questions are asked beside the loop, so that a slow cluster holds nothing up; what came of them is said at the next look.
 */
import type { Finding } from '@flotilla/backstage-plugin-fleet-common';
import type { KubeObject } from '@flotilla/kube-api';
import { missingRights } from '../clusters';
import type { ClusterConnection, CredentialFacts } from '../clusters/types';
import { credentialFindings, renewAt, type RenewalTrouble } from '../model/credentialTimes';
import { clusterMode } from '../model/defaults';
import type { Found } from '../model/findings/rule';
import { groupOf } from '../model/kinds';
import { wantedRights, type WantedRight } from '../model/memberRights';
import { missingRightsFindings } from '../model/missingRights';
import type { Work } from '../model/work';
import { KINDS, type ClusterUpkeep, type Engine, type UpkeepSaid } from './engine';
import { keyOf } from './HubCache';
import { rfc3339, tell } from './records';
import { renewToken } from './renewToken';

/** Rights change when a person changes them. */
const RIGHTS_MS = 10 * 60_000;
/** Something was refused: perhaps they changed. */
const REFUSED_MS = 60_000;
const LIMITS = { timeoutMs: 10_000 };
const RETRY_MS = { first: 60_000, longest: 3_600_000 };
/** Whoever may not renew will not be allowed to in a minute. */
const MAY_NOT_MS = 6 * 3_600_000;

interface RightsLook {
  at: number;
  /** What was asked for: another connection or mode asks anew. */
  of: ClusterConnection;
  asked: string;
  missing: readonly WantedRight[];
}

interface Renewing {
  trouble?: RenewalTrouble;
  tries: number;
  nextAt: number;
}

const REFUSAL = /\bis forbidden\b/;

const toldOf = ({ because, remedy }: Found) => (remedy ? `${because}. To mend it: ${remedy}` : because);

/** When the next token is asked for; undefined where the portal does not. */
const renewalOf = (cluster: KubeObject, facts: CredentialFacts) => (cluster.spec?.credentials?.renewal === 'Never' ? undefined : renewAt(facts));

export class Upkeep implements ClusterUpkeep {
  readonly #rights = new Map<string, RightsLook>();
  readonly #renewing = new Map<string, Renewing>();
  readonly #busy = new Set<string>();

  /** What is known now; starts asking what is due. */
  async look(engine: Engine, cluster: KubeObject, works: readonly Work[]): Promise<UpkeepSaid> {
    const name = cluster.metadata.name!;
    const facts = engine.directory.credentials(name);
    if (!facts) return { credentials: undefined, findings: [] };
    if (engine.observer.seen(name)?.reachable.ok) {
      this.#reviewIfDue(engine, cluster, works);
      this.#renewIfDue(engine, cluster);
    }
    const rights = missingRightsFindings(name, this.#rights.get(name)?.missing ?? [], facts.account);
    const ends = credentialFindings(name, facts, engine.clock.now(), this.#renewing.get(name)?.trouble);
    return { credentials: this.#shown(cluster, facts), findings: await this.#said(engine, cluster, [...ends, ...rights]) };
  }

  #shown(cluster: KubeObject, facts: CredentialFacts): UpkeepSaid['credentials'] {
    const trouble = this.#renewing.get(cluster.metadata.name!)?.trouble;
    const renews = trouble?.mayNot ? undefined : renewalOf(cluster, facts);
    return {
      kind: facts.kind,
      ...(facts.expiresAt === undefined ? {} : { expiresAt: rfc3339(facts.expiresAt) }),
      ...(renews === undefined ? {} : { renewsAt: rfc3339(renews) }),
    };
  }

  forget(name: string): void {
    this.#rights.delete(name);
    this.#renewing.delete(name);
  }

  /** Keeps the time each was first found, and tells of what is new. */
  async #said(engine: Engine, cluster: KubeObject, list: readonly Found[]): Promise<Finding[]> {
    const before: Finding[] = cluster.status?.findings ?? [];
    const now = rfc3339(engine.clock.now());
    const findings = list.map(found => ({ ...found, since: before.find(each => each.code === found.code && each.because === found.because)?.since ?? now }));
    const fresh = findings.filter(each => !before.some(known => known.code === each.code));
    for (const code of new Set(fresh.map(each => each.code))) await tell(engine, cluster, 'Warning', code, toldOf(fresh.find(each => each.code === code)!));
    return findings;
  }

  /** One question at a time per cluster and matter; when it is answered the cluster is looked at again. */
  #beside(engine: Engine, cluster: string, matter: string, ask: () => Promise<void>): void {
    const key = `${matter} ${cluster}`;
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    ask()
      .then(() => engine.loop.add(keyOf({ ...KINDS.cluster, namespace: '', name: cluster })))
      .catch(error => engine.logger.error(`${matter} of cluster ${cluster} failed; it is tried again`, error as Error))
      .finally(() => this.#busy.delete(key));
  }

  #reviewIfDue(engine: Engine, cluster: KubeObject, works: readonly Work[]): void {
    const name = cluster.metadata.name!;
    const connection = engine.directory.get(name);
    if (!connection) return;
    const mode = clusterMode(cluster.spec ?? {});
    const resources = new Map(engine.observer.served(name).map(each => [`${each.apiVersion}/${each.kind}`, each.resource]));
    const inUse = works.flatMap(({ apiVersion, kind, namespace }) => {
      const resource = resources.get(`${apiVersion}/${kind}`);
      return resource ? [{ group: groupOf(apiVersion), resource, namespace }] : [];
    });
    const wanted = wantedRights(mode, inUse);
    const asked = `${mode} ${wanted.length}`;
    const last = this.#rights.get(name);
    const refused = engine.observer.seen(name)?.reachable.reason === 'NoPermission' || works.some(work => REFUSAL.test(work.error));
    const good = last !== undefined && last.of === connection && last.asked === asked && engine.clock.now() - last.at < (refused ? REFUSED_MS : RIGHTS_MS);
    if (good) return;
    const at = engine.clock.now();
    this.#beside(engine, name, 'the review of rights', async () => {
      const placed = (of: { group: string; resource: string }) => inUse.filter(each => each.group === of.group && each.resource === of.resource).map(each => each.namespace);
      const namespacesOf = (of: { group: string; resource: string }) => [...new Set(placed(of).length > 0 ? placed(of) : inUse.map(each => each.namespace))];
      const found = await missingRights(connection, wanted, namespacesOf, LIMITS);
      // What cannot be asked is not missing: what was known stays, and is asked for again in its time.
      this.#rights.set(name, { at, of: connection, asked, missing: found.ok ? found.value : (last?.missing ?? []) });
    });
  }

  #renewIfDue(engine: Engine, cluster: KubeObject): void {
    const name = cluster.metadata.name!;
    const facts = engine.directory.credentials(name)!;
    const due = renewalOf(cluster, facts);
    const now = engine.clock.now();
    if (due === undefined || now < due) {
      this.#renewing.delete(name);
      return;
    }
    const last = this.#renewing.get(name);
    if (last && now < last.nextAt) return;
    this.#beside(engine, name, 'the renewal of the token', async () => {
      // Set first: what throws is not tried again at once either.
      const tries = (last?.tries ?? 0) + 1;
      const pause = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** (tries - 1));
      this.#renewing.set(name, { ...last, tries, nextAt: now + pause });
      const result = await renewToken(engine, cluster, facts);
      if (result.did !== 'failed') return;
      const { because, mayNot } = result;
      this.#renewing.set(name, { trouble: { since: last?.trouble?.since ?? now, because, mayNot }, tries, nextAt: now + (mayNot ? MAY_NOT_MS : pause) });
    });
  }
}
