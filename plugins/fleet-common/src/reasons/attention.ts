import type { Sentences } from './render';

/** What needs a person: one item a cause, with a single cluster named and several counted. */
export const ATTENTION_SENTENCES: Sentences = {
  AttentionUnreachable: { en: '{name} does not answer', zh: '{name} 没有响应' },
  AttentionUnreachableMany: { en: '{count|count:cluster} do not answer', zh: '{count|count:cluster}没有响应' },
  AttentionSignIn: { en: '{name} needs a new sign-in', zh: '{name} 需要重新登录' },
  AttentionSignInMany: { en: '{count|count:cluster} need a new sign-in', zh: '{count|count:cluster}需要重新登录' },
  AttentionHeld: { en: '{name} is held', zh: '{name} 已暂停' },
  AttentionHeldMany: { en: '{count|count:cluster} are held', zh: '{count|count:cluster}已暂停' },
  AttentionDegraded: { en: '{name} is degraded', zh: '{name} 性能下降' },
  AttentionDegradedMany: { en: '{count|count:cluster} are degraded', zh: '{count|count:cluster}性能下降' },
  AttentionGpuFull: { en: 'GPU nearly full on {name}', zh: '{name} 的 GPU 将满' },
  AttentionGpuFullMany: { en: 'GPU nearly full on {count|count:cluster}', zh: '{count|count:cluster}的 GPU 将满' },
  AttentionCpuFull: { en: 'CPU nearly full on {name}', zh: '{name} 的 CPU 将满' },
  AttentionCpuFullMany: { en: 'CPU nearly full on {count|count:cluster}', zh: '{count|count:cluster}的 CPU 将满' },
  AttentionNoPlace: { en: '{name} has no place[ for {unplaced|count:replica}]', zh: '{name} 没有位置[:{unplaced|count:replica}]' },
  AttentionFindings: { en: '{count|count:finding} on {name}', zh: '{name} 有 {count|count:finding}' },
  AttentionFindingsMany: { en: '{count|count:finding} on {applications|count:application}', zh: '{applications|count:application}共有 {count|count:finding}' },

  DetailTouched: { en: '{because|say}. {applications|count:application} placed there[; {debt|count:change} wait to be sent]', zh: '{because|say}。其上放置了 {applications|count:application}[;{debt|count:change}等待发送]' },
  DetailBecause: { en: '{because|say}', zh: '{because|say}' },
  DetailNames: { en: '{names}[ and {more|number} more]', zh: '{names}[ 及另外 {more|number} 个]' },
  DetailAsked: { en: '{asked|number} of {total|number} asked for', zh: '{total|number} 中已申请 {asked|number}' },
  DetailAskedPercent: { en: '{percent} % asked for', zh: '已申请 {percent} %' },
  DetailFindings: { en: 'contradictions in what was applied; nothing is broken by them', zh: '所应用的内容中有矛盾;不影响运行' },
};
