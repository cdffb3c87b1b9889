import type { KubeObject } from '@flotilla/kube-api';
import * as fc from 'fast-check';
import { diffObjects } from './diffObjects';
import { hashObject } from './hashObject';

const deployment = (spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }], resources: { requests: { cpu: '1000m' } } }] },
    },
    ...spec,
  },
});

/** The same as a server gives it back: filled in, reordered, counted, described. */
function served(object: KubeObject): KubeObject {
  const copy: KubeObject = structuredClone(object);
  Object.assign(copy.metadata, { uid: 'u', resourceVersion: '7', generation: 1, creationTimestamp: 't', managedFields: [], annotations: { 'deployment.kubernetes.io/revision': '1' } });
  Object.assign(copy.spec, { progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' } });
  const [container] = copy.spec.template.spec.containers;
  Object.assign(container, { imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log', resources: { requests: { cpu: '1' } } });
  if (container.ports) container.ports = container.ports.map((port: object) => ({ protocol: 'TCP', ...port }));
  copy.status = { replicas: 2 };
  return copy;
}

describe('what stands between wanted and live', () => {
  it('is nothing when the server only filled in, reordered and respelled', () => {
    expect(diffObjects(deployment(), served(deployment()))).toEqual([]);
  });

  it('names a changed field by its place in lists with keys', () => {
    const live = served(deployment());
    live.spec.template.spec.containers[0].image = 'web:2';
    live.spec.template.spec.containers.unshift({ name: 'sidecar', image: 'proxy:1' });
    expect(diffObjects(deployment(), live)).toEqual([
      { path: 'spec.template.spec.containers[name=web].image', kind: 'change', from: 'web:2', to: 'web:1', cause: 'you asked' },
    ]);
  });

  it('tells drift from a new wish by what was applied before', () => {
    const live = served(deployment({ replicas: 9 }));
    expect(diffObjects(deployment(), live, deployment())).toMatchObject([{ path: 'spec.replicas', from: 9, to: 2, cause: 'drifted' }]);
    expect(diffObjects(deployment({ replicas: 3 }), live, deployment())).toMatchObject([{ path: 'spec.replicas', from: 9, to: 3, cause: 'you asked' }]);
  });

  it('adds what is missing and removes what was ours and is wanted no more', () => {
    const before = deployment({ minReadySeconds: 30 }, { labels: { team: 'a', other: 'b' } });
    const live = served(before);
    const now = deployment({ revisionHistoryLimit: 3 });
    delete before.metadata.labels!.other;
    expect(diffObjects(now, live, before)).toEqual([
      { path: 'spec.minReadySeconds', kind: 'remove', from: 30, cause: 'you asked' },
      { path: 'spec.revisionHistoryLimit', kind: 'add', to: 3, cause: 'you asked' },
      { path: 'metadata.labels.team', kind: 'remove', from: 'a', cause: 'you asked' },
    ]);
  });

  it('does not touch what was never ours', () => {
    const live = served(deployment({ paused: true }, { labels: { theirs: 'yes' } }));
    live.spec.template.spec.containers.push({ name: 'injected', image: 'mesh:1' });
    expect(diffObjects(deployment(), live, deployment())).toEqual([]);
  });

  it('removes an entry of a list that was ours', () => {
    const two = deployment();
    two.spec.template.spec.containers.push({ name: 'log', image: 'log:1' });
    expect(diffObjects(deployment(), served(two), two)).toMatchObject([{ path: 'spec.template.spec.containers[name=log]', kind: 'remove' }]);
  });

  it('compares lists without keys as a whole', () => {
    const wanted = deployment();
    wanted.spec.template.spec.containers[0].args = ['--fast', '--safe'];
    const live = served(wanted);
    live.spec.template.spec.containers[0].args = ['--safe', '--fast'];
    expect(diffObjects(wanted, live)).toMatchObject([{ path: 'spec.template.spec.containers[name=web].args', kind: 'change' }]);
  });

  it.each([
    ['1000m', '1'], ['0.5', '500m'], ['1024Mi', '1Gi'], [2, '2'],
  ])('takes the quantities %s and %s as equal', (a, b) => {
    const withCpu = (cpu: unknown) => {
      const object = deployment();
      object.spec.template.spec.containers[0].resources.requests = { cpu };
      return object;
    };
    expect(diffObjects(withCpu(a), withCpu(b))).toEqual([]);
  });

  it('does not take other texts that look like quantities as equal', () => {
    const withValue = (value: string) => {
      const object = deployment();
      object.spec.template.spec.containers[0].env[0].value = value;
      return object;
    };
    expect(diffObjects(withValue('1000m'), withValue('1'))).toHaveLength(1);
  });

  it('takes empty as absent, as Go writes it', () => {
    expect(diffObjects(deployment({ paused: false, strategy: {} }, { annotations: {}, labels: undefined }), deployment())).toEqual([]);
    expect(diffObjects(deployment({ replicas: 0 }), deployment({ replicas: 1 }))).toHaveLength(1);
  });

  it('writes label keys so that paths stay clear', () => {
    expect(diffObjects(deployment({}, { labels: { 'a.b/c': '1' } }), deployment({}, { labels: {} })).map(change => change.path)).toEqual(['metadata.labels["a.b/c"]']);
  });

  it('shows no value of a Secret, in data or stringData, and knows them as the same', () => {
    const secret = (fields: object): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...fields });
    expect(diffObjects(secret({ stringData: { pw: 'grün' } }), secret({ data: { pw: 'Z3LDvG4=' } }))).toEqual([]);
    const changes = diffObjects(secret({ stringData: { pw: 'geheim' } }), secret({ data: { pw: 'Z3LDvG4=' } }));
    expect(changes).toEqual([{ path: 'data.pw', kind: 'change', from: '(secret)', to: '(secret)', cause: 'you asked' }]);
    expect(diffObjects(secret({ data: { pw: 'eA==' } }), secret({}))[0]).toMatchObject({ path: 'data', kind: 'add', to: '(secret)' });
  });
});

describe('laws', () => {
  const json = fc.letrec(tie => ({
    value: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.string(), fc.boolean(), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 4 })),
  })).value;
  const objects = json.map(spec => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec }) as KubeObject);

  it('an object does not differ from itself', () => {
    fc.assert(fc.property(objects, object => diffObjects(object, structuredClone(object), object).length === 0));
  });

  it('any two objects are compared without throwing, and what is live is not changed', () => {
    fc.assert(
      fc.property(objects, objects, fc.option(objects, { nil: undefined }), (wanted, live, last) => {
        const copy = JSON.stringify([wanted, live]);
        diffObjects(wanted, live, last);
        return JSON.stringify([wanted, live]) === copy;
      }),
    );
  });

  it('equal content has equal hashes in any order of keys, and status does not count', () => {
    const turned = (value: any): any =>
      Array.isArray(value) ? value.map(turned) : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).reverse().map(([key, each]) => [key, turned(each)])) : value;
    fc.assert(fc.property(objects, object => hashObject(object) === hashObject({ ...turned(object), status: { a: 1 } })));
    expect(hashObject(deployment())).not.toBe(hashObject(deployment({ replicas: 3 })));
    expect(hashObject(deployment())).toBe(hashObject(deployment({}, { uid: 'u', resourceVersion: '1' })));
  });
});
