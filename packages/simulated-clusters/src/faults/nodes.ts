/** Faults of the nodes, while the API answers. */
import { systemContext } from '@flotilla/kube-api';
import { DOWN } from '../pods/annotations';
import type { Breakable, Mend } from './fault';

const context = systemContext('fault');
const NODES = { group: '', resource: 'nodes' };

/** The first so many nodes, by name, are silent, as machines that are lost. */
export async function nodesDown({ world }: Breakable, count: number): Promise<Mend> {
  const names = (await world.storage.list(NODES)).items.slice(0, count).map(({ metadata }) => metadata.name!);
  const mark = async (down: string | null) => {
    const info = world.info('v1', 'Node');
    for (const name of names) {
      const isThere = await world.storage.get({ ...NODES, namespace: '', name });
      if (isThere) await world.service.patch(context, { info, name }, { type: 'merge', body: { metadata: { annotations: { [DOWN]: down } } } }, {});
    }
  };
  await mark('true');
  return () => mark(null);
}
