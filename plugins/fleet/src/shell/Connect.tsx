import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Dialog, DialogBody, DialogHeader } from '@backstage/ui';
import type { ConnectView } from '@flotilla/backstage-plugin-fleet-common';
import { FleetTheme, LoadingPanel } from '@flotilla/backstage-plugin-fleet-react';
import { RiTerminalBoxLine } from '@remixicon/react';
import { useCallback, useEffect, useState } from 'react';
import { fleetApiRef } from '../api/FleetApi';
import type { Live } from '../live/follow';
import { Problem } from '../live/LiveView';
import { useFleetWords } from '../translation';
import { ConnectWays } from './ConnectWays';

/** The button on every page, and the dialog that gives what kubectl needs to reach this portal. */
export function Connect() {
  const { t } = useFleetWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" size="small" iconStart={<RiTerminalBoxLine />} onPress={() => setOpen(true)}>{t('connect.title')}</Button>
      <Dialog isOpen={open} onOpenChange={setOpen} isDismissable width={760}>
        <DialogHeader>{t('connect.title')}</DialogHeader>
        <DialogBody>
          <FleetTheme>
            <Reading />
          </FleetTheme>
        </DialogBody>
      </Dialog>
    </>
  );
}

type Read = Pick<Live<ConnectView>, 'data' | 'problem'>;

/** Read when the dialog opens, and once: an address does not change while somebody copies it. */
function Reading() {
  const { t } = useFleetWords();
  const api = useApi(fleetApiRef);
  const [attempt, setAttempt] = useState(0);
  const [{ data, problem }, setRead] = useState<Read>({});
  useEffect(() => {
    const ending = new AbortController();
    const show = (read: (before: Read) => Read) => !ending.signal.aborted && setRead(read);
    api.connect(ending.signal).then(
      view => show(() => ({ data: view })),
      error => show(before => ({ problem: { error, since: before.problem?.since ?? Date.now(), tried: attempt + 1 } })),
    );
    return () => ending.abort();
  }, [api, attempt]);
  const retry = useCallback(() => setAttempt(before => before + 1), []);
  if (problem) return <Problem problem={problem} what={t('what.connect')} retry={retry} />;
  return data ? <ConnectWays view={data} /> : <LoadingPanel rows={3} />;
}
