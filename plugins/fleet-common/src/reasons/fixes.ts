import type { Sentences } from './render';

/** Changes that would admit a cluster; each was tried before it is said. */
export const FIX_SENTENCES: Sentences = {
  FixName: { en: 'Let {source|word} {name} name {cluster}', zh: '在{source|word} {name} 中指定 {cluster}' },
  FixLabel: { en: 'Label {cluster} with {label}', zh: '为 {cluster} 加上标签 {label}' },
  FixUnlabel: { en: 'Remove label {label} from {cluster}', zh: '移除 {cluster} 的标签 {label}' },
  FixTolerate: { en: 'Tolerate {taint}', zh: '容忍污点 {taint}' },
  FixUntaint: { en: 'Remove taint {taint} from {cluster}', zh: '移除 {cluster} 的污点 {taint}' },
  FixManage: { en: 'Set mode of {cluster} to Manage', zh: '将 {cluster} 的模式设为 Manage' },
  FixApi: { en: 'Install {apis} on {cluster}', zh: '在 {cluster} 上安装 {apis}' },
  FixAddNodes: { en: 'Fits after {count|count:node} more in group {group} of {cluster}', zh: '{cluster} 的节点组 {group} 增加 {count|count:node}后即可容纳' },
  FixAddNodesAt: {
    en: 'Fits after {count|count:node} more in group {group} of {cluster}, +{price|money:currency}/h',
    zh: '{cluster} 的节点组 {group} 增加 {count|count:node}后即可容纳,+{price|money:currency}/小时',
  },
  FixTolerateNodes: { en: 'Tolerate {taint} in the pod template', zh: '在 Pod 模板中容忍 {taint}' },
  FixLabelNodes: { en: 'Label nodes of {cluster} with {label}', zh: '为 {cluster} 的节点加上标签 {label}' },
  FixFewerReplicas: { en: 'Ask for {to|count:replica} in place of {from}', zh: '将副本数由 {from} 减为 {to}' },
  FixSmallerReplicas: { en: 'Ask for {to|amount:resource} a replica in place of {from|bare:resource}', zh: '每个副本由 {from|bare:resource} 减为 {to|amount:resource}' },
  FixFree: { en: 'Free {amount|amount:resource} on {cluster}', zh: '在 {cluster} 上腾出 {amount|amount:resource}' },
  NoSingleChange: { en: 'No single change and no pair of changes admits it', zh: '没有任何单项或两项改动能使其可用' },
};
