import type { KubeObject } from '@flotilla/kube-api';
import { durationMs } from '../duration';
import { EXIT_CODE, RUN_FOR } from './annotations';

/** How long a Job's pod works unless it says otherwise. */
const WORK_MS = 30 * 60_000;
const CRASH_AFTER_MS = 3_000;
/** A registry that nobody has, by RFC 2606. */
const NO_REGISTRY = /^([\w.-]+\.)?registry\.invalid(:\d+)?\//;

/** What an image does beside running well, by the last word of its tag: `app:missing`, `app:2.0-slow`. */
export const IMAGE_WORDS = ['missing', 'crashing', 'unready', 'failing', 'slow'] as const;
export type ImageWord = (typeof IMAGE_WORDS)[number];

/** The word of an image's tag that means something. */
export function imageWord(image = ''): ImageWord | undefined {
  if (NO_REGISTRY.test(image)) return 'missing';
  const [, tag = ''] = /:([\w.-]+)$/.exec(image.split('@')[0]) ?? [];
  return IMAGE_WORDS.find(word => word === tag.split('-').at(-1));
}

/** What becomes of a pod's containers; all of them do the same. */
export interface Story {
  /** The image that cannot be pulled. */
  missing?: string;
  /** After how long they end by themselves; absent: never. */
  runForMs?: number;
  exitCode: number;
  /** How long after their start they are ready; Infinity: never. */
  readyAfterMs: number;
}

/** What the pod's annotations and images say of it. */
export function storyOf({ metadata, spec }: KubeObject): Story {
  const containers: any[] = spec.containers;
  const words = containers.map(each => imageWord(each.image));
  const crashes = words.includes('crashing');
  const works = metadata.ownerReferences?.some(owner => owner.kind === 'Job') ? WORK_MS : undefined;
  const delays = containers.map(({ readinessProbe }) => (readinessProbe ? (readinessProbe.initialDelaySeconds ?? 0) * 1000 : 0));
  return {
    missing: containers.find(each => imageWord(each.image) === 'missing')?.image,
    runForMs: durationMs(metadata.annotations?.[RUN_FOR]) ?? (crashes ? CRASH_AFTER_MS : works),
    exitCode: Number(metadata.annotations?.[EXIT_CODE] ?? (crashes ? 1 : 0)) || 0,
    readyAfterMs: words.includes('unready') ? Infinity : Math.max(...delays),
  };
}
