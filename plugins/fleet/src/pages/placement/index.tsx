import { useApi } from '@backstage/frontend-plugin-api';
import { fleetPaths, type PlacementComponent, type PlacementView } from '@flotilla/backstage-plugin-fleet-common';
import { EmptyPanel, FreshnessLine, PageHeader, Tinted, useNow, useWords, type Following } from '@flotilla/backstage-plugin-fleet-react';
import { useParams } from 'react-router-dom';
import { fleetApiRef, type PlacementName } from '../../api/FleetApi';
import { LiveView } from '../../live/LiveView';
import { useLive } from '../../live/useLive';
import shell from '../../shell/shell.module.css';
import { useFleetWords } from '../../translation';
import { useUrlState } from '../../urlState';
import { ComponentView } from './ComponentView';
import type { PlacementKey } from './state';
import { VerdictDrawer } from './VerdictDrawer';

/** Why here and not there. */
export default function PlacementPage() {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const params = useParams();
  const of: PlacementName = { kind: params.kind ?? 'Application', namespace: params.namespace!, name: params.name! };
  const live = useLive(`placement ${of.kind}/${of.namespace}/${of.name}`, signal => api.placement(of, signal));
  const crumb = { label: t('placement.crumb'), href: fleetPaths.applications() };
  return (
    <LiveView live={live} what={t('what.placement', { name: of.name })} className={shell.body} header={<PageHeader title={of.name} crumb={crumb} />}>
      {view => <Placement view={view} of={of} following={live.following} />}
    </LiveView>
  );
}

function Placement({ view, of, following }: { view: PlacementView; of: PlacementName; following: Following }) {
  const { t } = useFleetWords();
  const [state, setState] = useUrlState<PlacementKey>();
  const component = view.components.find(({ name }) => name === state.component) ?? view.components[0];
  return (
    <>
      <Header view={view} component={component} following={following} />
      <div className={shell.body}>
        {component ? <ComponentView view={view} component={component} state={state} setState={setState} /> : <EmptyPanel title={t('placement.noComponents')} />}
      </div>
      {component && state.why && <VerdictDrawer of={of} component={component} cluster={state.why} onOpen={why => setState({ why })} onClose={() => setState({ why: undefined })} />}
    </>
  );
}

function Header({ view, component, following }: { view: PlacementView; component: PlacementComponent | undefined; following: Following }) {
  const { t } = useFleetWords();
  const { time, age } = useWords();
  const now = useNow();
  const factsAge = (from: string, to: string) => (from === to ? t('placement.factsOne', { age: to }) : t('placement.facts', { from, to }));
  const metadata = [
    { label: t('placement.fleet'), value: view.fleet },
    { label: t('placement.policy'), value: view.policy },
    { label: t('placement.profile'), value: component?.profile },
    { label: t('placement.decided'), value: component?.decidedAt && t('placement.decidedAt', { time: time(component.decidedAt, now), age: age(now - component.decidedAt) }) },
    { label: t('placement.factsLabel'), value: view.factsTo && view.factsFrom && factsAge(age(now - view.factsTo), age(now - view.factsFrom)) },
  ].filter(({ value }) => value);
  return (
    <PageHeader
      title={view.name}
      crumb={{ label: t('placement.crumb'), href: fleetPaths.applications() }}
      tags={<><Tinted tone="outline">{view.namespace}</Tinted>{view.kind !== 'Application' && <Tinted tone="outline">{view.kind}</Tinted>}</>}
      metadata={metadata}
      freshness={<FreshnessLine following={following} at={view.now} />}
    />
  );
}
