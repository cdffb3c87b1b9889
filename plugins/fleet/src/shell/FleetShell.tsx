import { PluginHeader } from '@backstage/ui';
import { RiShipLine } from '@remixicon/react';
import { fleetPaths } from '@flotilla/backstage-plugin-fleet-common';
import { FleetTheme } from '@flotilla/backstage-plugin-fleet-react';
import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { useFleetWords } from '../translation';
import { GoTo } from './GoTo';
import styles from './shell.module.css';

const FleetsPage = lazy(() => import('../pages/fleets'));
const ClusterPage = lazy(() => import('../pages/cluster'));
const ApplicationsPage = lazy(() => import('../pages/applications'));
const PlacementPage = lazy(() => import('../pages/placement'));

/** The plugin's own header and its pages; the same in both frontend systems. Mounted at `/fleet`. */
export function FleetShell() {
  const { t } = useFleetWords();
  const tabs = [
    { id: 'clusters', label: t('plugin.clusters'), href: fleetPaths.overview(), matchStrategy: 'prefix' as const },
    { id: 'applications', label: t('plugin.applications'), href: fleetPaths.applications(), matchStrategy: 'prefix' as const },
  ];
  return (
    <FleetTheme className={styles.page}>
      <PluginHeader className={styles.top} icon={<RiShipLine />} title={t('plugin.title')} titleLink={fleetPaths.overview()} tabs={tabs} customActions={<GoTo />} />
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
