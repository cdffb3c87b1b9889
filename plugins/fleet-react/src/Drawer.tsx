import { ButtonIcon } from '@backstage/ui';
import { RiArrowDownSLine, RiArrowUpSLine, RiCloseLine } from '@remixicon/react';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import styles from './Drawer.module.css';
import { FleetTheme } from './FleetTheme';
import { useWords } from './words';

export interface DrawerProps {
  title: string;
  /** Small, above the title. */
  over?: string;
  /** More buttons in the head. */
  actions?: ReactNode;
  onClose: () => void;
  onPrevious?: () => void;
  onNext?: () => void;
  children: ReactNode;
}

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex]:not([tabindex="-1"])';

/** Keeps Tab within the element, in both directions. */
function trap(event: KeyboardEvent, within: HTMLElement) {
  const inside = [...within.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const [first, last] = [inside[0], inside[inside.length - 1]];
  if (!first) return;
  const at = document.activeElement;
  const leaving = event.shiftKey ? at === first || at === within : at === last;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** A modal panel at the right edge: takes the focus, keeps it, and gives it back where it came from. Esc closes it. */
export function Drawer({ title, over, actions, onClose, onPrevious, onNext, children }: DrawerProps) {
  const { t } = useWords();
  const titleId = useId();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    element.current?.focus();
    const { overflow } = document.body.style;
    document.body.style.overflow = 'hidden';
    return () => {
      document.body.style.overflow = overflow;
      if (before?.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key === 'Tab' && element.current) trap(event, element.current);
  };
  const step = (label: string, icon: JSX.Element, onPress?: () => void) => (onPrevious || onNext) && <ButtonIcon variant="secondary" aria-label={label} icon={icon} isDisabled={!onPress} onPress={onPress} />;
  return createPortal(
    <FleetTheme>
      {/* A click beside the drawer closes it; the keyboard has Esc and the button. */}
      <div className={styles.scrim} onClick={onClose} aria-hidden="true" />
      {/* The keys are the dialog's own: Esc, and Tab that stays inside. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div ref={element} className={styles.drawer} role="dialog" aria-modal="true" aria-labelledby={titleId} tabIndex={-1} onKeyDown={onKeyDown}>
        <header className={styles.header}>
          <div className={styles.titles}>
            {over && <div className={styles.over}>{over}</div>}
            <h2 id={titleId}>{title}</h2>
          </div>
          {step(t('drawer.previous'), <RiArrowUpSLine />, onPrevious)}
          {step(t('drawer.next'), <RiArrowDownSLine />, onNext)}
          {actions}
          <ButtonIcon variant="tertiary" aria-label={t('drawer.close')} icon={<RiCloseLine />} onPress={onClose} />
        </header>
        <div className={styles.body}>{children}</div>
      </div>
    </FleetTheme>,
    document.body,
  );
}
