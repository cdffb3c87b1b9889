import { FailedPanel, ForbiddenPanel, EmptyPanel, LoadingPanel, OldBar, ServerClock } from '@flotilla/backstage-plugin-fleet-react';
import type { ReactNode } from 'react';
import { useFleetWords } from '../translation';
import type { Live } from './follow';

export interface LiveViewProps<T> {
  live: Live<T> & { retry: () => void };
  /** What is read, for sentences: "cluster gpu-cluster-huawei". */
  what: string;
  /** Header of the page while there is no data. */
  header?: ReactNode;
  className?: string;
  children: (data: T) => ReactNode;
}

/** One place for the states that every page has: loading, forbidden, missing, failed, old; else the page itself. */
export function LiveView<T extends { now: number }>({ live, what, header, className, children }: LiveViewProps<T>) {
  const { t } = useFleetWords();
  const { data, problem, retry, ahead } = live;
  if (data === undefined) {
    return (
      <>
        {header}
        <div className={className}>{problem ? <Problem problem={problem} what={what} retry={retry} /> : <LoadingPanel />}</div>
      </>
    );
  }
  return (
    <ServerClock ahead={ahead}>
      {problem && (
        <div className={className}>
          <OldBar at={data.now} message={t('state.noAnswer')} tried={problem.tried} nextAt={problem.nextAt && problem.nextAt + ahead} onRetry={retry} />
        </div>
      )}
      {children(data)}
    </ServerClock>
  );
}

/** What came instead of an answer: forbidden, missing or failed. */
export function Problem({ problem: { error, since }, what, retry }: { problem: NonNullable<Live<unknown>['problem']>; what: string; retry: () => void }) {
  const { t } = useFleetWords();
  const said = (error as { cause?: Error }).cause?.message ?? error.message;
  if (error.statusCode === 403) return <ForbiddenPanel title={t('state.forbidden', { what })} why={said} />;
  if (error.statusCode === 404) return <EmptyPanel title={t('state.missing', { what })} detail={t('state.missingDetail')} />;
  const request = (error as { body?: { request?: { url?: string } } }).body?.request?.url;
  return <FailedPanel title={t('state.failed', { what })} message={said} since={since} request={request} onRetry={retry} />;
}
