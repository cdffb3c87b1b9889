import type { Sentences } from './render';

/** The fact a score rests on. Its age stands beside it (`factAt`), not in it. */
export const SCORE_SENTENCES: Sentences = {
  Fit: {
    en: 'Takes {asked|bare:resource} of {free|amount:resource} free and leaves {left|bare:resource}; then {used} % is asked for',
    zh: '占用空闲 {free|amount:resource} 中的 {asked|bare:resource},剩 {left|bare:resource};此后申请率为 {used} %',
  },
  FitStranded: {
    en: 'Takes {asked|bare:resource} of {free|amount:resource} free; {stranded|bare:resource} of the {left|bare:resource} left fit no further replica',
    zh: '占用空闲 {free|amount:resource} 中的 {asked|bare:resource};剩余 {left|bare:resource} 中有 {stranded|bare:resource} 容不下更多副本',
  },
  NothingAsked: { en: 'Asks for no resources', zh: '不申请资源' },
  RoomUnknown: { en: 'Its nodes are not known, so room counts as 50', zh: '节点未知,容量按 50 计' },
  RoomOld: { en: 'What is known of its nodes is old, so room counts as 50', zh: '节点信息过旧,容量按 50 计' },
  Speed: {
    en: '[p95 {p95-latency|number} ms, ][{network-bandwidth|number} Mbit/s, ][{disk-iops|number} IOPS, ][API answers in {api-latency|number} ms, ][{missing|number} not measured]',
    zh: '[p95 {p95-latency|number} 毫秒,][{network-bandwidth|number} Mbit/s,][{disk-iops|number} IOPS,][API {api-latency|number} 毫秒响应,][{missing|number} 项未测]',
  },
  SpeedUnknown: { en: 'No speed is known, so performance counts as 50', zh: '性能未知,按 50 计' },
  SpeedOld: { en: 'What is known of its speed is old, so performance counts as 50', zh: '性能数据过旧,按 50 计' },
  Price: {
    en: '{cost|money:currency}/h for {replicas|count:replica}, on a scale from {best|money:currency} to {worst|money:currency}[ ({source})]',
    zh: '{replicas|count:replica}每小时 {cost|money:currency},标尺为 {best|money:currency} 至 {worst|money:currency}[({source})]',
  },
  PriceUnknown: { en: 'Price not known, so cost counts as 50', zh: '价格未知,成本按 50 计' },
  PriceOld: { en: 'The price is old, so cost counts as 50', zh: '价格过旧,成本按 50 计' },
  PriceOtherCurrency: { en: 'Its price is in {currency}, the scale in {wanted}, so cost counts as 50', zh: '价格以 {currency} 计,标尺以 {wanted} 计,成本按 50 计' },
  Compliance: {
    en: '[Certified for {standards}, ][lacks {missing}, ][Kubernetes {version}, ][{findings|count:finding} open]',
    zh: '[已通过 {standards},][缺 {missing},][Kubernetes {version},][{findings|count:finding}未处理]',
  },
  ComplianceUnknown: { en: 'No standard, version or finding is known, so compliance counts as 50', zh: '标准、版本与发现均未知,合规按 50 计' },
  NodeZones: { en: 'Its nodes stand in {zones|count:zone}', zh: '节点分布于 {zones|count:zone}' },
  Near: { en: '{closeness|word} {what|word} {name}[, nodes in {zones|count:zone}]', zh: '{closeness|word}{what|word} {name}[,节点分布于 {zones|count:zone}]' },
  PlaceUnknown: { en: 'Its nodes name no zone, so topology counts as 50', zh: '节点未标明可用区,拓扑按 50 计' },

  'word.data': { en: 'its data', zh: '其数据' },
  'word.sibling': { en: 'component', zh: '组件' },
  'word.cluster': { en: 'Same cluster as', zh: '同一集群:' },
  'word.zone': { en: 'Same zone as', zh: '同一可用区:' },
  'word.region': { en: 'Same region as', zh: '同一地域:' },
  'word.provider': { en: 'Same provider as', zh: '同一云商:' },
  'word.far': { en: 'Far from', zh: '远离' },
};
