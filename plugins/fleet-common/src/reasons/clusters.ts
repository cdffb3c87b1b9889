import type { Sentences } from './render';

/** How a cluster does, what is known of it, and what waits for it. */
export const CLUSTER_SENTENCES: Sentences = {
  ClusterAnswers: { en: 'answers[; {ready} of {nodes|count:node} are ready]', zh: '有响应[;{nodes|count:node}中 {ready} 个就绪]' },
  ClusterNodesNotReady: { en: '{behind} of {nodes|count:node} are not ready', zh: '{nodes|count:node}中 {behind} 个未就绪' },
  ClusterSilent: { en: 'no answer since {since|time}: {said}', zh: '自 {since|time} 起无响应:{why|word}' },

  ClusterWorks: { en: 'Works.', zh: '运行正常。' },
  ClusterWorksRoom: { en: 'Works; {spare|say}.', zh: '运行正常;{spare|say}。' },
  ClusterWorksBut: { en: 'Works, but {because|say}.', zh: '可用,但{because|say}。' },
  ClusterWorksButRoom: { en: 'Works, but {because|say}; {spare|say}.', zh: '可用,但{because|say};{spare|say}。' },
  SpareRoom: { en: '{cores|number} CPU cores[ and {gpus|number} of {allGpus|number} GPUs] are free', zh: '空闲 {cores|number} 核 CPU[、{allGpus|number} 块 GPU 中的 {gpus|number} 块]' },
  ClusterNotWell: { en: '{state|word}: {because|say}.', zh: '{state|word}:{because|say}。' },
  ClusterRuns: {
    en: '{applications|count:application} of this portal placed here[, on {nodes|count:node} with {pods|count:pod} in all].',
    zh: '本门户在此放置了 {applications|count:application}[;共 {nodes|count:node}、{pods|count:pod}]。',
  },
  ClusterRunsNothing: { en: 'Nothing of this portal runs here[; {nodes|count:node}, {pods|count:pod} in all].', zh: '本门户没有内容在此运行[;共 {nodes|count:node}、{pods|count:pod}]。' },
  ClusterLastSeen: {
    en: '{applications|count:application} of this portal placed here; what is shown is what was last seen.[ {debt|count:change} wait to be sent.]',
    zh: '本门户在此放置了 {applications|count:application};所示为最后所见。[{debt|count:change}等待发送。]',
  },
  ClusterCannotSee: {
    en: 'The portal cannot look in; that does not say it is down. {applications|count:application} of this portal placed here; what is shown is what was last seen.[ {debt|count:change} wait to be sent.]',
    zh: '门户无法查看其内部,并不表示它已停止。本门户在此放置了 {applications|count:application};所示为最后所见。[{debt|count:change}等待发送。]',
  },
  ClusterPartlySeen: {
    en: 'It answers. {applications|count:application} of this portal placed here; what may not be read is shown as it was last seen, or not at all.[ {debt|count:change} wait to be sent.]',
    zh: '集群有响应。本门户在此放置了 {applications|count:application};不可读取的部分按最后所见显示,或不显示。[{debt|count:change}等待发送。]',
  },

  FactCapacity: { en: 'Capacity and pods', zh: '容量与 Pod' },
  FactApis: { en: 'APIs served', zh: '提供的 API' },
  FactLatency: { en: 'Latency of its API', zh: 'API 延迟' },
  FactPrice: { en: 'Price', zh: '价格' },
  FactResidency: { en: 'Residency', zh: '驻留地' },
  SourceWatch: { en: 'watch of nodes and pods', zh: '监视节点与 Pod' },
  SourceDiscovery: { en: 'discovery', zh: 'API 发现' },
  SourceProbe: { en: 'probe', zh: '探测' },
  SourceDeclared: { en: 'declared, Cluster', zh: '声明于 Cluster' },
  SourceUnknown: { en: 'not known', zh: '未知' },
  ValueNodes: { en: '{nodes|count:node}', zh: '{nodes|count:node}' },
  ValueKinds: { en: '{kinds|count:kind}', zh: '{kinds|count:kind}' },
  ValueMs: { en: '{ms|number} ms', zh: '{ms|number} 毫秒' },
  ValuePlain: { en: '{value}', zh: '{value}' },
  ValuePrices: { en: '[{node} a node, ][{cpu} a CPU, ][{gib} a GiB, ][{gpu} a GPU, ]{currency}/h', zh: '[每节点 {node},][每 CPU {cpu},][每 GiB {gib},][每 GPU {gpu},]{currency}/小时' },
  ValueByGroup: { en: 'by node group', zh: '按节点组' },

  DebtRemove: { en: 'to be removed', zh: '待移除' },
  DebtChange: { en: 'to be changed', zh: '待更改' },
  DebtMake: { en: 'to be made', zh: '待创建' },

  'word.state.Unreachable': { en: 'Does not answer', zh: '没有响应' },
  'word.state.SignInNeeded': { en: 'Needs a new sign-in', zh: '需要重新登录' },
  'word.state.NoPermission': { en: 'May not be read', zh: '不可读取' },
  'word.state.Held': { en: 'Held', zh: '已暂停' },
  'word.state.Joining': { en: 'Joining', zh: '正在加入' },
  'word.state.NotSeen': { en: 'Not seen yet', zh: '尚未见到' },
};
