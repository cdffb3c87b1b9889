import { Checkbox, Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { loginCommand, memberContext, portalKubeconfig, type ConnectView } from '@flotilla/backstage-plugin-fleet-common';
import { NoticeBar, ReadTable } from '@flotilla/backstage-plugin-fleet-react';
import { useState } from 'react';
import { useLocation } from 'react-router-dom';
import { useFleetWords } from '../translation';
import { ConnectSnippet } from './ConnectSnippet';
import styles from './connect.module.css';

/** What kubectl, Helm and Flux take as it is. */
const FILE = 'flotilla.kubeconfig';
const TRY = `kubectl --kubeconfig ${FILE} get fleets,clusters -A`;
const tryMember = (member: string) => `kubectl --kubeconfig ${FILE} --context ${memberContext(member)} get pods -A`;

const PROGRAM = `backend:
  auth:
    externalAccess:
      - type: static
        options:
          token: \${FLOTILLA_DEPLOY_TOKEN} # openssl rand -base64 32
          subject: deploy
        accessRestrictions:
          - plugin: fleet
            permission: [fleet.read, fleet.create, fleet.update]`;

const PERMISSIONS = [
  { names: ['fleet.read'], word: 'read' },
  { names: ['fleet.create', 'fleet.update'], word: 'write' },
  { names: ['fleet.delete'], word: 'remove' },
  { names: ['fleet.cluster.use'], word: 'use' },
  { names: ['fleet.clusterobjects.place'], word: 'place' },
  { names: ['fleet.secret.read'], word: 'secrets' },
  { names: ['fleet.cluster.proxy.read'], word: 'look' },
  { names: ['fleet.cluster.proxy.write'], word: 'act' },
] as const;

/** Backstage lets a command line sign in over https; over plain http only on the same machine. */
const mayNotSignIn = (portal: string) => /^http:\/\/(?!(localhost|127\.0\.0\.1)(:|$))/.test(portal);

/** Two ways to prove to the portal who asks: a person's own sign-in, and a token for a program. */
export function ConnectWays({ view }: { view: ConnectView }) {
  const { t } = useFleetWords();
  const { names, total } = view.members;
  const here = useClusterOfPage(names);
  const [wanted, setWanted] = useState(here !== undefined);
  const way: Way = { view, members: wanted ? names : [], tryMember: here ?? names[0] };
  return (
    <div className={styles.ways}>
      {!view.encrypted && <NoticeBar tone="warning">{t('connect.plain')} <code>fleet.kube.listen</code></NoticeBar>}
      {total > 0 && (
        <Checkbox isSelected={wanted} onChange={setWanted}>
          {t('connect.members', { count: names.length })}
          {total > names.length && ` ${t('connect.membersOf', { total: String(total) })}`}
        </Checkbox>
      )}
      <Tabs>
        <TabList aria-label={t('connect.title')}>
          <Tab id="person" className={styles.tab}>{t('connect.person')}</Tab>
          <Tab id="token" className={styles.tab}>{t('connect.program')}</Tab>
        </TabList>
        <TabPanel id="person"><Person {...way} /></TabPanel>
        <TabPanel id="token"><Program {...way} /></TabPanel>
      </Tabs>
    </div>
  );
}

interface Way {
  view: ConnectView;
  /** Get a context of their own. */
  members: string[];
  tryMember: string;
}

/** The cluster whose page this is, if it may be looked into. */
function useClusterOfPage(names: string[]): string | undefined {
  const [, name] = /\/clusters\/([^/]+)$/.exec(useLocation().pathname) ?? [];
  return names.find(each => each === name);
}

const lines = ({ members, tryMember: name }: Way, ...more: string[]) => [TRY, ...more, ...(members.length > 0 ? [tryMember(name)] : [])].join('\n');

function Person(way: Way) {
  const { view, members } = way;
  const { t } = useFleetWords();
  return (
    <div className={styles.way}>
      {mayNotSignIn(view.portal) && <NoticeBar tone="warning">{t('connect.noSignIn', { portal: view.portal })}</NoticeBar>}
      <ConnectSnippet step="1" title={t('connect.signIn')} detail={t('connect.signInDetail')} text={loginCommand(view)} />
      <ConnectSnippet step="2" title={t('connect.save', { file: FILE })} detail={t('connect.savePerson')} text={portalKubeconfig(view, 'person', { members })} file={FILE} />
      <ConnectSnippet step="3" title={t('connect.try')} text={lines(way)} />
      <p className={styles.muted}>{t('connect.personNeeds')} <More /></p>
    </div>
  );
}

function Program(way: Way) {
  const { view, members } = way;
  const { t } = useFleetWords();
  const columns = [
    { id: 'names', label: t('connect.permission'), width: '50%', cell: ({ names }: (typeof PERMISSIONS)[number]) => names.map((name, at) => <span key={name}>{at > 0 && ', '}<code>{name}</code></span>) },
    { id: 'allows', label: t('connect.allows'), cell: ({ word }: (typeof PERMISSIONS)[number]) => t(`connect.allow.${word}`) },
  ];
  return (
    <div className={styles.way}>
      <ConnectSnippet step="1" title={t('connect.allowToken')} detail={t('connect.allowTokenDetail')} text={PROGRAM} />
      <ReadTable caption={t('connect.permissions')} columns={columns} rows={PERMISSIONS} id={({ word }) => word} />
      <ConnectSnippet step="2" title={t('connect.save', { file: FILE })} detail={t('connect.saveProgram')} text={portalKubeconfig(view, 'token', { members })} file={FILE} />
      <ConnectSnippet step="3" title={t('connect.try')} text={lines(way, TRY.replace(/get .*/, 'auth can-i --list'))} />
      <p className={styles.muted}><More /></p>
    </div>
  );
}

function More() {
  const { t } = useFleetWords();
  return <>{t('connect.more')} <code>docs/kubectl.md</code></>;
}
