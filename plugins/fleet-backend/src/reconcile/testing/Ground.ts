import { randomBytes } from 'node:crypto';
import type { KubeObject } from '@flotilla/kube-api';
import type { Knex } from 'knex';
import { sqlite } from '../../store/testbed';
import type { OpenPlaces, Place } from './Place';
import { testCertificates } from './scene';
import { aCluster, aFleet, anApplication, FLEETS, kubeconfigSecret, namespace } from './shop';
import { TestHub, until } from './TestHub';

type Named = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };
const JOB = { apiVersion: 'batch/v1', kind: 'Job' };

/** Where the rules are tried: a hub with two members `a` and `b`, and for each test a namespace and a fleet of its own, both called {@link Ground.own}. */
export class Ground {
  hub!: TestHub;
  a!: Place;
  b!: Place;
  /** Remote writes of the hub, in order, each once: `apply a/Deployment/shop/api`. */
  readonly writes: string[] = [];
  own = '';
  readonly #knex: Knex = sqlite(':memory:');
  readonly #run = `r${randomBytes(3).toString('hex')}`;
  #count = 0;

  static async open(places: OpenPlaces): Promise<Ground> {
    const ground = new Ground();
    const certificates = await testCertificates();
    [ground.a, ground.b] = await places(['a', 'b'], certificates);
    ground.hub = await ground.#openHub();
    await ground.hub.apply(namespace(FLEETS), ...ground.places.flatMap(place => [ground.wayInto(place), ground.cluster(place)]));
    await until(() => ground.places.every(({ name }) => ground.isSeen(name)));
    return ground;
  }

  #openHub = () => TestHub.open({ knex: this.#knex, trace: (step, when) => void (when === 'before' && this.writes.push(step)) });

  /** The hub's process ends, and another begins on its database. */
  async startAnew() {
    await this.hub.close();
    this.hub = await this.#openHub();
  }

  get places(): Place[] {
    return [this.a, this.b];
  }

  isSeen = (cluster: string) => [DEPLOYMENT, JOB].every(kind => this.hub.observer.listed(cluster, kind)) && this.hub.observer.seen(cluster)?.nodes !== undefined && this.hub.observer.seen(cluster)!.reachable.ok;

  wayInto = (place: Place): KubeObject => kubeconfigSecret(place.name, place.door.kubeconfig());
  cluster = (place: Place, labels: Record<string, string> = {}, spec: object = {}): KubeObject => aCluster(place.name, { tier: 'gold', ...labels }, { allowedNamespaces: [FLEETS], ...spec });
  fleet = (entries: (string | object)[] = ['a', 'b'], spec: object = {}): KubeObject => aFleet(entries, this.own, { allowedNamespaces: [this.own], ...spec });
  app = (components: object[], over: { metadata?: object; spec?: object } = {}): KubeObject =>
    anApplication(components, { metadata: { namespace: this.own, ...over.metadata }, spec: { destination: { fleet: `${FLEETS}/${this.own}` }, ...over.spec } });
  /** As it stands in the test's namespace. */
  within = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace: this.own } });

  live = (place: Place, name = 'api') => place.person.deployment(this.own, name);
  uid = async (place: Place, name = 'api') => (await this.live(place, name))?.metadata.uid;
  image = async (place: Place, name = 'api') => (await this.live(place, name))?.spec.template.spec.containers[0].image;

  says = (of: Named, type: string, wanted: string) =>
    until(async () => {
      const said = await this.hub.condition(of as KubeObject, type);
      return (wanted === '' ? said === '' : said.includes(wanted)) || `${type}: ${said}`;
    });
  ready = (of: Named) => this.says(of, 'Ready', 'True');
  gone = (of: Named) => until(async () => (await this.hub.get(of)) === undefined || `${of.kind} is still there: ${await this.hub.condition(of as KubeObject, 'Ready')}`);

  /** Until the hub knows that it does not answer. */
  async leaves(place: Place) {
    place.door.leave();
    await until(() => this.hub.observer.seen(place.name)?.reachable.ok === false);
  }

  /** What was changed by hand is put back: it is looked after. */
  async isLookedAfter(place: Place, name = 'api') {
    await place.person.patch((await this.live(place, name))!, { spec: { replicas: 5 } });
    await until(async () => (await this.live(place, name))?.spec.replicas === 2);
  }

  async begin() {
    this.own = `${this.#run}-${(this.#count += 1)}`;
    this.writes.length = 0;
    await this.hub.apply(namespace(this.own), this.fleet());
  }

  /** Mends what the test broke and takes away what it placed. */
  async end() {
    for (const { door } of this.places) {
      door.lie = undefined;
      door.comeBack();
    }
    for (const place of this.places) {
      if (!(await this.hub.get(this.wayInto(place)))) await this.hub.apply(this.wayInto(place));
      await this.hub.apply(this.cluster(place));
    }
    await until(() => this.places.every(({ name }) => this.isSeen(name)));
    if (await this.hub.get(namespace(this.own))) await this.hub.delete(namespace(this.own));
    await this.gone(namespace(this.own));
    if (await this.hub.get(this.fleet())) await this.hub.delete(this.fleet());
  }

  async close() {
    if (process.env.SHOW_LOG) process.stderr.write(`${this.hub.logged.join('\n')}\n`);
    await this.hub?.close();
    await Promise.all(this.places.map(place => place?.close()));
    await this.#knex.destroy();
  }
}
