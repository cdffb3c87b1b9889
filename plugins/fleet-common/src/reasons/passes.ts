import type { Sentences } from './render';

/** The fact on which a cluster passed a filter. */
export const PASS_SENTENCES: Sentences = {
  PassNoNames: { en: 'Nobody names or excludes clusters', zh: '没有指定或排除集群' },
  PassNamed: { en: 'Named by {source|word} {name}', zh: '由{source|word} {name} 指定' },
  PassNotExcluded: { en: 'Not among those that {source|word} {name} excludes', zh: '不在{source|word} {name} 排除之列' },
  PassNoLabels: { en: 'No label is asked for', zh: '没有要求标签' },
  PassLabels: { en: 'Meets {labels}', zh: '符合 {labels}' },
  PassNoTaints: { en: 'Has no taint', zh: '没有污点' },
  PassTolerated: { en: 'Its taint {taints} is tolerated', zh: '其污点 {taints} 已被容忍' },
  PassManaged: { en: 'Mode Manage, not held', zh: '模式为 Manage,未暂停' },
  PassAnswers: { en: 'Answers[, without a break since {since|time}]', zh: '有响应[,自 {since|time} 起未中断]' },
  PassApis: { en: 'Serves {apis}', zh: '提供 {apis}' },
  PassApisUnread: { en: 'Its APIs were not read yet; writing will tell', zh: '尚未读取其 API;写入时便知' },
  PassRoom: { en: 'Room for {room|count:replica}, {replicas|number} asked', zh: '可容纳 {room|count:replica},需要 {replicas|number}' },
  PassRoomUnknown: { en: 'Its nodes are not known, so room was not checked', zh: '节点未知,未检查容量' },
  PassNoResidency: { en: 'No rule on where data may be', zh: '没有数据驻留规则' },
  PassResidency: { en: 'Lies in {jurisdiction}, which is allowed', zh: '位于 {jurisdiction},允许存放' },
};
