import { ProtobufError, decodeProtobuf } from './decode';

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const number = (field: number, value: number) => Buffer.from([...varint(field * 8), ...varint(value)]);
const bytes = (field: number, ...parts: (Buffer | string)[]) => {
  const body = Buffer.concat(parts.map(part => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body]);
};
const wrapped = (apiVersion: string, kind: string, ...parts: Buffer[]) =>
  Buffer.concat([Buffer.from('k8s\0'), bytes(1, bytes(1, apiVersion), bytes(2, kind)), bytes(2, ...parts)]);

it('reads what `kubectl create namespace` sends', () => {
  const metadata = bytes(1, bytes(1, 'team'), bytes(2, ''), bytes(3, ''), number(7, 0), bytes(8), bytes(11, bytes(1, '__proto__'), bytes(2, 'x')));
  expect(decodeProtobuf(wrapped('v1', 'Namespace', metadata, bytes(2), bytes(3, bytes(1, ''))))).toEqual({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team', labels: Object.fromEntries([['__proto__', 'x']]) },
  });
});

it('reads secrets, quantities, ports, zero replicas and inlined structs', () => {
  const secret = wrapped('v1', 'Secret', bytes(2, bytes(1, 'key'), bytes(2, Buffer.from([0, 255]))), bytes(3, 'Opaque'));
  expect(decodeProtobuf(secret)).toEqual({ apiVersion: 'v1', kind: 'Secret', data: { key: 'AP8=' }, type: 'Opaque' });

  const probe = bytes(10, bytes(1, bytes(2, bytes(1, '/ok'), bytes(2, number(1, 1), bytes(3, 'http')))), number(2, 5));
  const container = bytes(2, bytes(1, 'c'), bytes(6, number(3, 80)), bytes(8, bytes(2, bytes(1, 'cpu'), bytes(2, bytes(1, '100m')))), probe);
  const deployment = wrapped('apps/v1', 'Deployment', bytes(2, number(1, 0), bytes(3, bytes(2, container))));
  expect(decodeProtobuf(deployment)).toMatchObject({
    spec: {
      replicas: 0,
      template: {
        spec: {
          containers: [{
            name: 'c',
            ports: [{ containerPort: 80 }],
            resources: { requests: { cpu: '100m' } },
            livenessProbe: { httpGet: { path: '/ok', port: 'http' }, initialDelaySeconds: 5 },
          }],
        },
      },
    },
  });
});

it('reads times and the questions of `kubectl auth can-i`', () => {
  const event = wrapped('v1', 'Event', bytes(7, number(1, 1_767_225_600)), bytes(10, number(1, 1_767_225_600), number(2, 5_000)));
  expect(decodeProtobuf(event)).toMatchObject({ lastTimestamp: '2026-01-01T00:00:00Z', eventTime: '2026-01-01T00:00:00.000005Z' });
  const review = wrapped('authorization.k8s.io/v1', 'SelfSubjectAccessReview', bytes(2, bytes(1, bytes(2, 'create'), bytes(5, 'pods'))));
  expect(decodeProtobuf(review)).toMatchObject({ spec: { resourceAttributes: { verb: 'create', resource: 'pods' } } });
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['no magic', Buffer.from('{"a":1}')],
  ['an unknown kind', wrapped('example.org/v1', 'Widget')],
  ['a prototype for a kind', wrapped('v1', 'constructor')],
  ['a cut message', wrapped('v1', 'Namespace', bytes(1, bytes(1, 'team'))).subarray(0, -2)],
  ['a length beyond the end', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a, 0x7f])])],
  ['an endless number', Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(20, 0xff)])],
  ['broken text', wrapped('v1', 'Namespace', bytes(1, bytes(1, Buffer.from([0xff]))))],
])('refuses %s', (_what, body) => expect(() => decodeProtobuf(body)).toThrow(ProtobufError));
