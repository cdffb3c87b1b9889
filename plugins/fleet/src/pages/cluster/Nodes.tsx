import type { ClusterView } from '@flotilla/backstage-plugin-fleet-common';
import { Mark, Meter, Panel, ReadTable, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { useFleetWords } from '../../translation';
import styles from './cluster.module.css';

/** Nodes with what is asked of each. */
export function Nodes({ view: { nodes } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const { number } = useWords();
  const words = useWords();
  const gpus = nodes.some(node => node.gpu);
  return (
    <Panel title={t('cluster.nodes')} sub={nodes.length} flush>
      {/* What scrolls has to be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={t('cluster.nodes')}>
        <ReadTable
          caption={t('cluster.showNodes', { count: nodes.length })}
          rows={nodes}
          id={node => node.name}
          columns={[
            {
              id: 'node',
              label: t('cluster.node'),
              cell: node => (
                <>
                  <span role="img" aria-label={t(node.ready ? 'cluster.nodeReady' : 'cluster.nodeNotReady')}><Mark name={node.ready ? 'dot' : 'cross'} tone={node.ready ? 'ok' : 'bad'} /></span> <span className={styles.name}>{node.name}</span>
                  <div className={styles.small}>{[node.zone, ...node.taints].filter(Boolean).join(' · ')}</div>
                </>
              ),
            },
            { id: 'cpu', label: words.t('meter.cpu'), width: '24%', cell: node => <div className={styles.meter}><Meter meter={node.cpu} resource="cpu" narrow /></div> },
            { id: 'memory', label: `${words.t('meter.memory')}, ${words.t('meter.unit.memory')}`, width: '24%', cell: node => <div className={styles.meter}><Meter meter={node.memory} resource="memory" narrow /></div> },
            ...(gpus ? [{ id: 'gpu', label: t('table.gpu'), right: true, width: 90, cell: (node: ClusterView['nodes'][number]) => (node.gpu ? t('table.gpuFree', { free: number(node.gpu.total - node.gpu.asked), total: number(node.gpu.total) }) : '–') }] : []),
          ]}
        />
      </div>
    </Panel>
  );
}
