import { PluginHeader } from '@backstage/ui';
import { RiShipLine } from '@remixicon/react';
import { fleetPaths } from '@flotilla/backstage-plugin-fleet-common';
import { FleetTheme } from '@flotilla/backstage-plugin-fleet-react';
import { lazy, Suspense } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { useFleetWords } from '../translation';
import { Connect } from './Connect';
import { GoTo } from './GoTo';
import { KeyList } from './KeyList';
import styles from './shell.module.css';

const FleetsPage = lazy(() => import('../pages/fleets'));
const ClusterPage = lazy(() => import('../pages/cluster'));
const ApplicationsPage = lazy(() => import('../pages/applications'));
const PlacementPage = lazy(() => import('../pages/placement'));

/** The plugin's own header and its pages; the same in both frontend systems. Mounted at `/fleet`. */
export function FleetShell() {
  const { t } = useFleetWords();
  return (
    <FleetTheme className={styles.page}>
      <PluginHeader className={styles.top} icon={<RiShipLine />} title={t('plugin.title')} titleLink={fleetPaths.overview()} customActions={[<Pages key="pages" />, <GoTo key="goTo" />, <Connect key="connect" />, <KeyList key="keys" />]} />
      <main>
        <Suspense fallback={null}>
          <Routes>
            <Route path="/" element={<FleetsPage />} />
            <Route path="/clusters" element={<FleetsPage />} />
            <Route path="/clusters/:name" element={<ClusterPage />} />
            <Route path="/applications" element={<ApplicationsPage />} />
            <Route path="/applications/:namespace/:name" element={<PlacementPage />} />
            <Route path="/objects/:kind/:namespace/:name" element={<PlacementPage />} />
            <Route path="*" element={<Navigate to={fleetPaths.overview()} replace />} />
          </Routes>
        </Suspense>
      </main>
    </FleetTheme>
  );
}

// Links in a nav, not BUI's tabs: those promise tab panels that do not exist.
function Pages() {
  const { t } = useFleetWords();
  const { pathname } = useLocation();
  const applications = /\/(applications|objects)(\/|$)/.test(pathname);
  const page = (href: string, label: string, current: boolean) => <Link to={href} className={styles.tab} aria-current={current ? 'page' : undefined}>{label}</Link>;
  return (
    <nav className={styles.tabs} aria-label={t('plugin.title')}>
      {page(fleetPaths.overview(), t('plugin.clusters'), !applications)}
      {page(fleetPaths.applications(), t('plugin.applications'), applications)}
    </nav>
  );
}
