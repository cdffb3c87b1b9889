import { SENTENCES, sentence, type Language } from './reasons';

/** Real values for every key any sentence uses. */
const VALUES = {
  source: 'policy', name: 'cross-cloud-app', label: 'has-gpu=true', actual: 'false', taint: 'dedicated=batch:NoSchedule', why: 'NoAnswer', since: Date.UTC(2026, 7, 1, 11, 48),
  api: 'batch/v1/Job', apis: 'batch/v1/Job', allowed: 'CN, SG', jurisdiction: 'US', cluster: 'gpu-cluster-huawei', resource: 'nvidia.com/gpu', short: 8, wanted: 8, free: 4, each: 2,
  most: 1, room: 3, replicas: 4, nodes: 2, tainted: 1, unready: 1, unselected: 0, filter: 'licence', count: 2, group: 'v100', price: 96, currency: 'CNY', from: 4, to: 2, amount: 8,
  asked: 8, left: 4, stranded: 2, used: 87, 'p95-latency': 21, 'network-bandwidth': 12_000, 'disk-iops': 9_800, 'api-latency': 3.5, missing: 1, cost: 310.5, best: 32, worst: 480, source2: '',
  standards: 'iso27001', version: 'v1.36.3', findings: 1, zones: 3, closeness: 'region', what: 'data', subject: 'model-training', clusters: 'a (2), b (2)', unplaced: 1, nearest: 'b',
  state: 'state.Held', behind: 1, spare: 'SpareRoom', cores: 18, gpus: 1, allGpus: 16, applications: 2, pods: 36, debt: 3, percent: 93, names: 'a, b', more: 2, total: 16, labels: 'has-gpu=true', taints: 'has-gpu=true:NoSchedule',
  said: 'said in English', where: 'model-inference 5/6', at: 'v100', kinds: 63, ms: 9, value: 'CN', node: 3, cpu: 0.22, gib: 0.1, gpu: 20.44,
  because: 'ObserveOnly', fitting: 2, of: 3, chosen: 1, found: 1, by: 'region', resources: 'cpu', others: 4, lost: 'lost.labels', also: 'BesideData', placed: 3, rank: 2,
  kind: 'Deployment', namespace: 'shop', namespaces: 'a, b', n: 300, other: 'b', paths: 'spec.replicas', shares: 'a 2, b 0', fleets: 'x/a, x/b', autoscaler: 'web', owner: 'Helm release shop',
};

/** Only names and numbers: the same in every language. */
const PLAIN = new Set(['ValuePlain', 'DetailBecause', 'DetailNames', 'Trouble', 'Condition.Other', 'Finding.Other', 'Run.Other']);

const LANGUAGES: Language[] = ['en', 'zh'];
const codes = Object.keys(SENTENCES);

describe('every reason', () => {
  it.each(codes)('%s renders with real values, in both languages', code => {
    const values = { ...VALUES, ...(code.startsWith('Runs') && { why: 'LeastLeft' }), ...(code === 'NoPlace' && { clusters: 3 }) };
    for (const language of LANGUAGES) {
      const text = sentence({ code, values }, language);
      expect(text).not.toMatch(/[{}[\]|–]|undefined|NaN|null/);
      expect(text.length).toBeGreaterThan(0);
    }
    expect(sentence({ code, values }, 'zh')).toMatch(code.startsWith('word.') || PLAIN.has(code) ? /./ : /[\u4e00-\u9fff]|CPU|Kubernetes/);
  });

  it.each(codes)('%s says the same values in both languages', code => {
    const keys = (text: string) => [...text.matchAll(/\{([^{}|]+)/g)].map(([, key]) => key).sort();
    const { en, zh } = SENTENCES[code];
    // What was said in English is worded anew in other languages, from the code and from values that English needs not say twice.
    expect(keys(zh)).not.toContain('said');
    if (!keys(en).includes('said')) expect(keys(zh)).toEqual(keys(en));
  });
});

describe('sentence', () => {
  const cases: [string, Parameters<typeof sentence>[0], string, string][] = [
    ['names what is short, with its unit', { code: 'CapacityShort', values: { ...VALUES } }, '8 GPUs short on gpu-cluster-huawei: 8 asked, 4 free', 'gpu-cluster-huawei 缺 8 块 GPU:需要 8,空闲 4'],
    ['counts CPU in cores', { code: 'CapacityShort', values: { cluster: 'c', resource: 'cpu', short: 1500, wanted: 2000, free: 500 } }, '1.5 CPU short on c: 2 asked, 0.5 free', 'c 缺 1.5 核 CPU:需要 2,空闲 0.5'],
    ['counts memory in binary units', { code: 'FixFree', values: { cluster: 'c', resource: 'memory', amount: 3 * 2 ** 30 } }, 'Free 3 GiB memory on c', '在 c 上腾出 3 GiB 内存'],
    ['does not say "1 GPUs"', { code: 'FixFree', values: { cluster: 'c', resource: 'amd.com/gpu', amount: 1 } }, 'Free 1 GPU on c', '在 c 上腾出 1 块 GPU'],
    ['uses a true minus', { code: 'FixAddNodesAt', values: { cluster: 'c', count: 1, group: 'g', price: -2, currency: 'USD' } }, 'Fits after 1 node more in group g of c, +−$2.00/h', 'c 的节点组 g 增加 1 个节点后即可容纳,+−$2.00/小时'],
    ['leaves out what is not there', { code: 'Speed', values: { 'disk-iops': 9_800, missing: 0 } }, '9,800 IOPS', '9,800 IOPS'],
    ['joins phrases to an answer', { code: 'RunsOnOne', values: { subject: 'model-training', cluster: 'gpu-cluster-huawei', why: 'LeastLeft', also: 'BesideData', resource: 'nvidia.com/gpu' } }, 'model-training runs on gpu-cluster-huawei: least GPU left over, beside its data.', 'model-training 运行于 gpu-cluster-huawei:剩余 GPU 最少,靠近其数据。'],
    ['says an unknown code rather than hide it', { code: 'FromTheFuture', values: { how: 'much' } }, 'FromTheFuture (how much)', 'FromTheFuture (how much)'],
    ['does not run in circles', { code: 'RunsOnOne', values: { subject: 'a', cluster: 'c', why: 'RunsOnOne' } }, 'a runs on c: a runs on c: undefined (subject a, cluster c)..', 'a 运行于 c:a 运行于 c:undefined (subject a, cluster c)。。'],
    ['does not read a value as a template', { code: 'Held', values: { why: 'it said {cluster} [x]' } }, 'The cluster is held: it said {cluster} [x]', '集群被暂停:it said {cluster} [x]'],
  ];
  it.each(cases)('%s', (_, reason, en, zh) => {
    expect(sentence(reason, 'en')).toBe(en);
    expect(sentence(reason, 'zh')).toBe(zh);
  });
});
