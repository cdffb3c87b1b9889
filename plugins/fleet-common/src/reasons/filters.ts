import type { Sentences } from './render';

/** Why a cluster is not possible. Named after the filter's finding, not after the filter. */
export const FILTER_SENTENCES: Sentences = {
  NotNamed: { en: 'Not among the clusters that {source|word} {name} names', zh: '不在{source|word} {name} 指定的集群之内' },
  Excluded: { en: 'Excluded by {source|word} {name}', zh: '被{source|word} {name} 排除' },
  LabelAbsent: { en: 'Label {label} is absent (asked by {source|word} {name})', zh: '缺少标签 {label}({source|word} {name} 要求)' },
  LabelDiffers: { en: 'Label {label} is asked by {source|word} {name}, but the cluster has {actual}', zh: '{source|word} {name} 要求标签 {label},而集群的值是 {actual}' },
  LabelForbidden: { en: '{source|word} {name} asks for {label}, but the cluster has {actual}', zh: '{source|word} {name} 要求 {label},而集群的值是 {actual}' },
  TaintNotTolerated: { en: 'Taint {taint} is not tolerated', zh: '未容忍污点 {taint}' },
  TaintNotAllowed: { en: 'Taint {taint} is tolerated by the application, but the fleet does not allow it', zh: '应用容忍污点 {taint},但舰队不允许' },
  Held: { en: 'The cluster is held: {why}', zh: '集群被暂停:{why}' },
  ObserveOnly: { en: 'The cluster is only observed, nothing is written to it', zh: '集群仅供观察,不会写入' },
  NotSeenYet: { en: 'Not seen yet, so it is not known whether it answers', zh: '尚未见到,不知其是否响应' },
  NoAnswer: { en: 'No answer since {since|time}: {why|word}', zh: '自 {since|time} 起无响应:{why|word}' },
  ApiMissing: { en: 'Kind {api} is not served', zh: '不提供 {api}' },
  JurisdictionUnknown: { en: 'Its jurisdiction is not declared; {allowed} is allowed', zh: '未声明所属司法辖区;只允许 {allowed}' },
  JurisdictionNotAllowed: { en: 'Lies in {jurisdiction}, data may only be in {allowed}', zh: '位于 {jurisdiction},数据只可存放于 {allowed}' },
  CapacityShort: {
    en: '{short|amount:resource} short on {cluster}: {wanted|bare:resource} asked, {free|bare:resource} free',
    zh: '{cluster} 缺 {short|amount:resource}:需要 {wanted|bare:resource},空闲 {free|bare:resource}',
  },
  NodeTooSmall: {
    en: 'No node of {cluster} has {each|amount:resource} free for one replica: the most on one node is {most|bare:resource}',
    zh: '{cluster} 没有节点能为一个副本空出 {each|amount:resource}:单节点最多空闲 {most|bare:resource}',
  },
  RoomScattered: {
    en: '{cluster} has room for {room} of {replicas|count:replica}: its free {free|amount:resource} are scattered over nodes, each replica needs {each|bare:resource} on one',
    zh: '{cluster} 只容得下 {replicas|count:replica}中的 {room} 个:空闲的 {free|amount:resource} 分散在各节点,每个副本需在同一节点有 {each|bare:resource}',
  },
  NoNodes: { en: '{cluster} has no nodes', zh: '{cluster} 没有节点' },
  NodesNotReady: { en: 'None of {nodes|count:node} of {cluster} is ready', zh: '{cluster} 的 {nodes|count:node}均未就绪' },
  NodesNotSelected: { en: 'None of {nodes|count:node} of {cluster} meets the node selector', zh: '{cluster} 的 {nodes|count:node}均不符合节点选择条件' },
  NodesTainted: { en: 'Taint {taint} keeps it off {tainted} of {nodes|count:node} of {cluster}, the others do not fit either', zh: '污点 {taint} 使其无法使用 {cluster} 的 {nodes|count:node}中的 {tainted} 个,其余也不合适' },
  FilterFailed: { en: 'Filter {filter} failed, so it is not known whether the cluster may be used', zh: '过滤器 {filter} 出错,不知能否使用该集群' },

  'word.fleet': { en: 'fleet', zh: '舰队' },
  'word.policy': { en: 'policy', zh: '策略' },
  'word.component': { en: 'component', zh: '组件' },
  'word.Unreachable': { en: 'unreachable', zh: '无法到达' },
  'word.TimedOut': { en: 'timed out', zh: '超时' },
  'word.SignInNeeded': { en: 'sign-in needed', zh: '需要登录' },
  'word.NoPermission': { en: 'no permission', zh: '没有权限' },
  'word.BadKubeconfig': { en: 'bad kubeconfig', zh: 'kubeconfig 有误' },
  'word.CertificateInvalid': { en: 'certificate invalid', zh: '证书无效' },
};
