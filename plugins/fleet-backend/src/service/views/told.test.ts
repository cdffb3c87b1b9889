import { sentence, type Reason } from '@flotilla/backstage-plugin-fleet-common';
import { conditionLines, eventLines, findingLines, troubleReason } from './told';

const object = (over: object): any => ({ apiVersion: 'fleet.kurator.dev/v1alpha1', kind: 'Application', metadata: { name: 'shop', namespace: 'team', uid: 'u1' }, ...over });
const finding = (code: string, path: string, because: string) => ({ code, severity: 'warning', path, because, since: '2026-01-01T00:00:00Z' });

describe('what kubectl shows in English', () => {
  it('is said in those very words to English readers, and by its code with the values that there are to others', () => {
    const [line] = conditionLines(object({ status: { conditions: [{ type: 'Ready', status: 'False', reason: 'PodsNotReady', message: 'web: 1 of 3 ready', lastTransitionTime: '2026-01-01T00:00:00Z' }], components: [{ name: 'web', ready: 1, replicas: 3 }, { name: 'db', ready: 1, replicas: 1 }] } }));
    expect(sentence(line.message, 'en')).toBe('web: 1 of 3 ready');
    expect(sentence(line.message, 'zh')).toBe('部分 Pod 未就绪:web 1/3');
  });

  it.each([
    ['a name', 'spec.profiles[0].name', '所引用的配置 fast不存在', 'ProfileNotFound'],
    ['a short object', 'spec.tolerations[0]', '舰队中没有集群带有该污点 key: gpu, effect: NoSchedule:没有容忍任何东西', 'TolerationWithoutTaint'],
    ['nothing, where the field is gone', 'spec.gone[7].deep', '所引用的配置不存在', 'ProfileNotFound'],
    ['nothing, where the value is long', 'spec.long', '所引用的配置不存在', 'ProfileNotFound'],
  ])('a finding says %s of its field', (_, path, expected, code) => {
    const [line] = findingLines(object({ spec: { profiles: [{ name: 'fast', weight: {} }], tolerations: [{ key: 'gpu', effect: 'NoSchedule' }], long: 'x'.repeat(90) }, status: { findings: [finding(code, path, 'there is none')] } }));
    expect(sentence(line.because, 'zh')).toBe(expected);
    expect(sentence(line.because, 'en')).toBe('there is none');
  });

  it('keeps a code that has no words yet', () => {
    const [line] = findingLines(object({ status: { findings: [finding('FromTheFuture', 'spec', 'it will be')] } }));
    expect([sentence(line.because, 'en'), sentence(line.because, 'zh')]).toEqual(['it will be', 'FromTheFuture']);
  });

  it('leaves the word of Kubernetes where it stands before a trouble', () => {
    expect(sentence(troubleReason('ImagePullBackOff: Back-off pulling image "x"')!, 'zh')).toBe('ImagePullBackOff');
    expect(sentence(troubleReason('it broke')!, 'zh')).toBe('成员集群报告了问题');
    expect(troubleReason('')).toBeUndefined();
  });
});

describe('events', () => {
  const event = (message: string, reason: string, lastTimestamp: string, uid = 'u1'): any => ({ involvedObject: { uid, kind: 'Application', name: 'shop' }, type: 'Normal', reason, message, lastTimestamp, count: 1 });

  it('are those of one object, newest first; one that told a decision says the decision', () => {
    const decided: Reason = { code: 'NoClusters', values: { subject: 'shop' } };
    const lines = eventLines(
      [event('all are ready', 'Ready', '2026-01-01T00:00:00Z'), event(sentence(decided), 'Unschedulable', '2026-01-02T00:00:00Z'), event('of another', 'Ready', '2026-01-03T00:00:00Z', 'u2')],
      'u1',
      new Map([[sentence(decided), decided]]),
    );
    expect(lines.map(line => sentence(line.message, 'zh'))).toEqual(['shop 没有位置:舰队中没有集群。', '全部就绪']);
  });
});
