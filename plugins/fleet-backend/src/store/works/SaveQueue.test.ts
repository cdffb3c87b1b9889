import type { Work } from '../types';
import { SaveQueue } from './SaveQueue';

const work = (name: string) => ({ name }) as Work;
const names = (works: Work[]) => works.map(each => each.name);

describe('saves of records', () => {
  it('that come at once are one write, and all hear of it', async () => {
    const written: string[][] = [];
    const queue = new SaveQueue(async works => void written.push(names(works)));
    await Promise.all([queue.save([work('a')], { epoch: 1 }), queue.save([work('b')], { epoch: 1 })]);
    expect(written).toEqual([['a', 'b']]);
  });

  it('that come later are a later write, in their order', async () => {
    const written: string[][] = [];
    const queue = new SaveQueue(async works => void written.push(names(works)));
    await queue.save([work('a')], { epoch: 1 });
    await queue.save([work('b')], { epoch: 1 });
    expect(written).toEqual([['a'], ['b']]);
  });

  it('under another epoch are never in one transaction', async () => {
    const written: [string[], number][] = [];
    const queue = new SaveQueue(async (works, { epoch }) => void written.push([names(works), epoch]));
    await Promise.all([queue.save([work('a')], { epoch: 1 }), queue.save([work('b')], { epoch: 2 })]);
    expect(written).toEqual([[['a'], 1], [['b'], 2]]);
  });

  it('that fail are told to those concerned, and the next are written', async () => {
    let broken = true;
    const queue = new SaveQueue(async () => {
      if (broken) throw new Error('fenced');
    });
    await expect(queue.save([work('a')], { epoch: 1 })).rejects.toThrow('fenced');
    broken = false;
    await expect(queue.save([work('b')], { epoch: 1 })).resolves.toBeUndefined();
  });
});
