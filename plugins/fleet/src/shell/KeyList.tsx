import { ButtonIcon, Dialog, DialogBody, DialogHeader, Switch } from '@backstage/ui';
import { FleetTheme } from '@flotilla/backstage-plugin-fleet-react';
import { RiKeyboardLine } from '@remixicon/react';
import { useState } from 'react';
import { useFleetWords } from '../translation';
import { singleKeys, useShortcuts, useSingleKeys } from './keys';
import { useShortcut } from './useShortcut';
import styles from './shell.module.css';

const TABLE = ['arrows', 'homeEnd', 'enter', 'escape'] as const;

/** `?`, or the button: the keys of this page, and the switch for those without Ctrl. */
export function KeyList() {
  const { t } = useFleetWords();
  const [open, setOpen] = useState(false);
  useShortcut('?', t('keys.list'), () => setOpen(true));
  return (
    <>
      <ButtonIcon variant="tertiary" aria-label={t('keys.title')} icon={<RiKeyboardLine />} onPress={() => setOpen(true)} />
      <Dialog isOpen={open} onOpenChange={setOpen} isDismissable width={440}>
        <DialogHeader>{t('keys.title')}</DialogHeader>
        <DialogBody>
          <Keys />
        </DialogBody>
      </Dialog>
    </>
  );
}

function Keys() {
  const { t } = useFleetWords();
  const shortcuts = useShortcuts();
  const singles = useSingleKeys();
  const lines = [
    ...shortcuts.map(({ key, label, ctrl }) => ({ keys: ctrl ? `Ctrl ${key.toUpperCase()}` : key, label, off: !ctrl && !singles })),
    ...TABLE.map(each => ({ keys: t(`keys.${each}`), label: t(`keys.${each}Does`), off: false })),
  ];
  return (
    <FleetTheme>
      <dl className={styles.keys}>
        {lines.map(({ keys, label, off }) => (
          <div key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{label}{off && ` (${t('keys.off')})`}</dd>
          </div>
        ))}
      </dl>
      <Switch label={t('keys.singles')} isSelected={singles} onChange={singleKeys.set} />
    </FleetTheme>
  );
}
