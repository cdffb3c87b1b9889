import type { Sentences } from './render';

/** Short answers that only pages show: where a workload stands, how many are placed. */
export const PAGE_SENTENCES: Sentences = {
  DetailPlaced: { en: '{placed|number} of {wanted|number} placed. Nothing is left without room.', zh: '已放置 {placed|number}/{wanted|number}。没有未放置者。' },
  DetailUnplaced: { en: '{placed|number} of {wanted|number} placed, {unplaced|number} without room.', zh: '已放置 {placed|number}/{wanted|number},{unplaced|number} 个没有位置。' },
  PlacedOn: { en: '{said}', zh: '{wanted|count:replica}运行于 {clusters}' },
  StandingRank: { en: 'No. {rank} of {of|number} that fit', zh: '{of|number} 个合适集群中第 {rank}' },
  StandingStays: { en: 'stays, was here', zh: '留在原处' },
  StandingOrphaned: { en: 'orphaned, still counts', zh: '已遗留,仍计入' },
  StandingCompleted: { en: 'ran to its end here', zh: '已在此运行结束' },
};
