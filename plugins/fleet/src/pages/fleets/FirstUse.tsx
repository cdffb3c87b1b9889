import { CommandLine, Panel, SentenceHeader } from '@flotilla/backstage-plugin-fleet-react';
import { RiAddLine, RiFileTextLine, RiPlayLine } from '@remixicon/react';
import { useFleetWords } from '../../translation';
import styles from './fleets.module.css';

/** Observe first: reads only. */
const CLUSTER = `kubectl create namespace clusters
kubectl -n clusters create secret generic my-cluster --from-file=kubeconfig=./my-cluster.yaml
kubectl apply -f - <<EOF
apiVersion: fleet.kurator.dev/v1alpha1
kind: Cluster
metadata: { name: my-cluster }
spec:
  mode: Observe
  kubeconfigRef: { namespace: clusters, name: my-cluster }
EOF`;

const FLEET = `kubectl apply -f - <<EOF
apiVersion: fleet.kurator.dev/v1alpha1
kind: Fleet
metadata: { name: my-fleet, namespace: clusters }
spec:
  clusters: [{ name: my-cluster }]
EOF`;

const WAYS = [
  { id: 'simulated', icon: RiPlayLine, command: 'npm start' },
  { id: 'kubeconfig', icon: RiAddLine, command: CLUSTER },
  { id: 'fleet', icon: RiFileTextLine, command: FLEET },
] as const;

/** Nothing is registered yet: three ways in, each with what to type. */
export function FirstUse() {
  const { t } = useFleetWords();
  return (
    <Panel>
      <SentenceHeader sentence={t('first.title')} />
      <ul className={styles.ways}>
        {WAYS.map(({ id, icon: Icon, command }) => (
          <li key={id} className={styles.way}>
            <b><Icon size={16} aria-hidden="true" /> {t(`first.${id}`)}</b>
            <p className={styles.muted}>{t(`first.${id}Detail`)}</p>
            <CommandLine label={t(`first.${id}`)} text={command} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
