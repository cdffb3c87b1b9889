import type { ClusterState, ClusterView, SignInView } from '@flotilla/backstage-plugin-fleet-common';
import { Age, Mark, Panel, useNow, useWords } from '@flotilla/backstage-plugin-fleet-react';
import { Fragment, type ReactNode } from 'react';
import { useFleetWords } from '../../translation';
import styles from './cluster.module.css';

/** Whether it answers is one matter, whether the portal may look in is another. */
const ANSWERS: Record<ClusterState, 'yes' | 'no' | 'notSeen' | 'cannotSee' | 'partly' | 'joining'> = {
  Healthy: 'yes', Degraded: 'yes', Unreachable: 'no', SignInNeeded: 'cannotSee', NoPermission: 'partly', Held: 'cannotSee', Joining: 'joining', NotSeen: 'notSeen',
};
const LOOK = { yes: ['check', 'ok'], no: ['cross', 'bad'], cannotSee: ['triangle', 'warn'], partly: ['triangle', 'warn'], notSeen: ['info', 'info'], joining: ['info', 'info'] } as const;
const STANDING = { Good: ['check', 'ok'], NotRenewed: ['triangle', 'warn'], Ends: ['triangle', 'warn'], Ended: ['cross', 'bad'] } as const;

/** How the portal reaches the cluster, and how long its credentials last. */
export function Access({ view: { row, signIn } }: { view: ClusterView }) {
  const { t } = useFleetWords();
  const answers = ANSWERS[row.state];
  const lines: [string, ReactNode][] = [
    [t('access.answers'), <Marked look={LOOK[answers]}>{t(`access.answer.${answers}`)}</Marked>],
    [t('access.lastAnswer'), <Age at={row.seenAt} />],
    ...(signIn ? signInLines(t, signIn) : [[t('access.signsIn'), t('access.unknown')] as [string, ReactNode]]),
  ];
  return (
    <Panel title={t('access.title')}>
      <dl className={styles.access}>
        {lines.map(([what, said]) => <Fragment key={what}><dt>{what}</dt><dd>{said}</dd></Fragment>)}
      </dl>
    </Panel>
  );
}

function signInLines(t: ReturnType<typeof useFleetWords>['t'], signIn: SignInView): [string, ReactNode][] {
  return [
    [t('access.signsIn'), t(`access.kind.${signIn.kind}`)],
    [t('access.ends'), <End of={signIn} />],
    [t('access.renewed'), <Renewal of={signIn} />],
  ];
}

function Marked({ look: [name, tone], children }: { look: (typeof STANDING)[keyof typeof STANDING] | (typeof LOOK)[keyof typeof LOOK]; children: ReactNode }) {
  return <span className={styles.marked}><Mark name={name} tone={tone} /> <span>{children}</span></span>;
}

function End({ of: { expiresAt, standing } }: { of: SignInView }) {
  const { t } = useFleetWords();
  const { time, age } = useWords();
  const now = useNow();
  if (expiresAt === undefined) return <>{t('access.endNotSaid')}</>;
  const distance = age(Math.abs(expiresAt - now));
  return <Marked look={STANDING[standing]}>{t(expiresAt > now ? 'access.endsIn' : 'access.endedAgo', { time: time(expiresAt, now), age: distance })}</Marked>;
}

function Renewal({ of: { renewsAt, standing } }: { of: SignInView }) {
  const { t } = useFleetWords();
  const { time } = useWords();
  const now = useNow();
  if (renewsAt === undefined) return <>{t('access.byHand')}</>;
  if (standing === 'NotRenewed') return <Marked look={STANDING.NotRenewed}>{t('access.renewFails')}</Marked>;
  return <>{renewsAt > now ? t('access.byPortal', { time: time(renewsAt, now) }) : t('access.byPortalNow')}</>;
}
