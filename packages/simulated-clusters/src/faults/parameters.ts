import { durationMs } from '../duration';

/** A word after the name of a fault. */
export interface Parameter<T> {
  /** What is taken when nothing is said. */
  usual: string;
  wanted: string;
  /** Undefined for what is none. */
  read(text: string): T | undefined;
}

/** In milliseconds. */
export const duration = (usual: string): Parameter<number> => ({ usual, wanted: 'a duration such as 500ms, 2s or 3h', read: durationMs });

/** Between 0 and 1. */
export const share = (usual: string): Parameter<number> => ({
  usual,
  wanted: 'a share such as 5%',
  read(text) {
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
  },
});

export const factor = (usual: string): Parameter<number> => ({
  usual,
  wanted: 'a whole number from 1 to 1000',
  read: text => (/^[1-9]\d{0,2}$|^1000$/.test(text) ? Number(text) : undefined),
});

export const oneOf = <T extends string>(usual: T, ...others: T[]): Parameter<T> => {
  const all = [usual, ...others];
  return { usual, wanted: all.join(' or '), read: text => all.find(each => each === text) };
};

const ALL = 'all';

/** Plurals of kinds; answers whether one of them is meant. */
export const resources: Parameter<(resource: string) => boolean> = {
  usual: ALL,
  wanted: 'resources such as nodes,pods',
  read(text) {
    if (!/^[a-z]+(,[a-z]+)*$/.test(text)) return undefined;
    const named = new Set(text.split(','));
    return resource => text === ALL || named.has(resource);
  },
};
