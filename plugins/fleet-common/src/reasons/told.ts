import type { Sentence, Sentences } from './render';

/**
 * What the backend has said in English already, because kubectl shows it: conditions, findings, events, troubles. English readers get
 * those very words (`said`); others get the words of its code, with the values that there are.
 */
const told = (zh: string): Sentence => ({ en: '{said}', zh });

/** Conditions and events, by their reason. `where` names components or clusters with numbers, and belongs to no language. */
const CONDITIONS: Record<string, string> = {
  Placed: '所有副本都已放置[:{where}]',
  PartlyPlaced: '部分副本没有位置[:{where}]',
  NoClusterFits: '没有合适的集群[:{where}]',
  FleetAmbiguous: '有多个舰队可用,需指定其一',
  FleetNotFound: '找不到可用的舰队',
  PolicyTie: '多个策略同等适用,需提高其一的优先级',
  NoComponents: '没有组件',
  Deciding: '正在决策',
  Applied: '集群中的对象与期望一致[:{where}]',
  Applying: '正在写入集群[:{where}]',
  ClusterAway: '集群无响应,所示为最后所见[:{where}]',
  ApplyFailed: '写入集群失败[:{where}]',
  NotOurs: '对象属于他人,未作改动',
  Immutable: '字段不可更改,需重新创建',
  ObserveOnly: '集群仅供观察,不会写入',
  NotScheduled: '尚未放置[:{where}]',
  AllReady: '全部就绪[:{where}]',
  Ready: '全部就绪[:{where}]',
  PodsNotReady: '部分 Pod 未就绪[:{where}]',
  NotApplied: '尚未写入集群',
  RevisionRejected: '修订被拒绝',
  Deleting: '正在删除',
  MembersNotReady: '部分成员未就绪[:{where}]',
  Accepted: '已生效',
  NoEffectYet: '已保存,尚不生效',
  InProgress: '正在更新至最新修订',
  Done: '已完成',
  NeedsChange: '不改动则不会继续',
  NobodyUsesIt: '无人使用',
  WeightUnreachable: '权重无法达到',
  Scheduled: '已放置[:{where}]',
  Unschedulable: '无法放置[:{where}]',
  Removed: '其所有对象已从集群中移除',
  Orphaned: '已遗留在集群中,不再维护[:{where}]',
  PlacementViolated: '留在不再符合规则的集群上[:{where}]',
  Healthy: '有响应',
  Degraded: '部分节点未就绪',
  Unreachable: '没有响应',
  SignInNeeded: '需要登录',
  NoPermission: '没有权限',
  Joining: '正在加入',
  Held: '已暂停',
  NotSeen: '尚未见到',
  TokenRenewed: '令牌已续期',
  CredentialsEnd: '登录凭据即将到期',
  CredentialsEnded: '登录凭据已到期',
  TokenNotRenewed: '令牌未能续期,稍后重试',
  RightsMissing: '集群中的账户缺少权限',
};

/** Contradictions in what was applied, by the rule that found them. `at` is what stands in the field. */
const FINDINGS: Record<string, string> = {
  BudgetBlocksFailover: 'PodDisruptionBudget 不允许任何 Pod 离开,因此无法从集群排空',
  ClusterNotRegistered: '没有名为[ {at}]的 Cluster:请登记,或为该项给出 kubeconfigRef',
  CredentialsEnd: '登录凭据即将到期:请换取新的令牌,或在 Secret 中放入新的凭据',
  CredentialsEnded: '登录凭据已到期:请换取新的令牌,或在 Secret 中放入新的凭据',
  TokenNotRenewed: '令牌未能续期;在到期前会继续重试',
  RightsMissing: '集群中的账户缺少权限;在该集群中运行此命令即可补齐',
  ClusterNotAllowed: '集群[ {at}]未向该命名空间的舰队开放',
  ClusterRegisteredByOther: '集群[ {at}]由他人登记;去掉 kubeconfigRef 即可使用',
  FleetAmbiguous: '有多个舰队可用,需用注解指定其一',
  FleetNotFound: '找不到可用的舰队',
  ComponentFitsNoCluster: '舰队中没有集群容得下该组件[ {at}]',
  NotOnRecord: '集群中有带本中枢标记而无记录的对象(恢复备份之后或已释放):保持运行;重新应用其所有者即可接管',
  RegionClash: '地域与 Cluster 自身的声明不符[:{at}]',
  ProtectedLabelClash: '受保护的标签与 Cluster 自身的声明不符[:{at}]',
  CostWeightDiffers: '成本权重与 SchedulingProfile 的不同[:{at}]',
  KubeconfigMissing: '没有 kubeconfig,集群永远无法到达',
  KubeconfigSecretMissing: '所指的 Secret[ {at}]不存在;在其出现之前集群处于加入状态',
  MinReplicasUnderSplit: '最小副本数少于分担流量的集群数,其中之一将没有副本',
  MinReplicasUnderSpread: '最小副本数少于 minGroups,无法如此分布',
  NothingUsesIt: '无人使用:请在 Application、Namespace 或 Fleet 中引用',
  OverrideMatchesNothing: '未指向舰队中的任何集群[:{at}],因此不改变任何内容',
  PolicyTie: '多个策略以相同优先级选中同一对象,需提高其一的优先级',
  ProfileNotFound: '所引用的配置[ {at}]不存在',
  ReplicasOutsideRange: '副本数[ {at}]超出自动伸缩的范围',
  RequestsAssumed: '未申请 CPU 或内存:按每个 Pod 100m 与 200Mi 计',
  SelectsNothing: '没有选中任何对象[:{at}]',
  SeveralRolloutPolicies: '多个策略发布同一应用:只有名称最靠前的生效',
  StageClusterUnusable: '阶段所列集群[ {at}]不能被任何组件使用',
  StageWithoutRequests: '阶段以请求数评判,但其集群中没有提供服务的组件',
  TargetNotFound: '所指的 Application[ {at}]不存在',
  TolerationNotAllowed: '舰队不允许该容忍[ {at}]:没有效果',
  TolerationWithoutTaint: '舰队中没有集群带有该污点[ {at}]:没有容忍任何东西',
  TwoOwnersOfReplicas: '既写明副本数又设置了自动伸缩:请去掉其一',
  UnknownCluster: '集群[ {at}]不在舰队之内',
  Unsupported: '已保存,尚不生效[:{at}]',
};

/** What a run in one cluster waits for or fails at, by the word of its state. */
const RUNS: Record<string, string> = {
  Pending: '等待写入',
  Failed: '写入失败',
  Applied: '已写入,未就绪',
  Orphaned: '已遗留',
  Removing: '正在移除',
  Ready: '就绪',
  Unknown: '集群无响应,所示为最后所见',
};

const prefixed = (prefix: string, words: Record<string, string>): Sentences => Object.fromEntries(Object.entries(words).map(([code, zh]) => [`${prefix}.${code}`, told(zh)]));

export const TOLD_SENTENCES: Sentences = {
  ...prefixed('Condition', CONDITIONS),
  ...prefixed('Finding', FINDINGS),
  ...prefixed('Run', RUNS),
  /** A reason that has no words of its own yet. */
  'Condition.Other': told('{what}'),
  'Finding.Other': told('{what}'),
  'Run.Other': told('{what}'),
  /** `what` is the member's own word for it, such as ImagePullBackOff. */
  Trouble: told('[{what}]'),
  TroubleWithoutWord: told('成员集群报告了问题'),
};
