import { RiArrowRightSLine } from '@remixicon/react';
import { Link } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './PageHeader.module.css';

export interface PageHeaderProps {
  title: string;
  /** The page above this one. */
  crumb?: { label: string; href: string };
  /** Beside the title: a namespace, a state. */
  tags?: ReactNode;
  actions?: ReactNode;
  metadata?: { label: string; value: ReactNode }[];
  /** A {@link FreshnessLine}: stands at the right end, always. */
  freshness?: ReactNode;
}

/** Title, tags and metadata of a page below the plugin's own header. */
export function PageHeader({ title, crumb, tags, actions, metadata = [], freshness }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.top}>
        <h2 className={styles.title}>
          {crumb && (
            <>
              <Link href={crumb.href} variant="title-small" className={styles.crumb} standalone style={{ font: 'inherit' }}>{crumb.label}</Link>
              <RiArrowRightSLine className={styles.separator} aria-hidden="true" />
            </>
          )}
          <span>{title}</span>
        </h2>
        {tags}
        {actions && <span className={styles.actions}>{actions}</span>}
      </div>
      <dl className={styles.meta}>
        {metadata.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {freshness !== undefined && (
          <div className={styles.fresh}>
            <dt aria-hidden="true" />
            <dd>{freshness}</dd>
          </div>
        )}
      </dl>
    </header>
  );
}

/** The answer first: one sentence, and what else is to be known under it. Red when something has no place. */
export function SentenceHeader({ sentence, detail, bad }: { sentence: string; detail?: ReactNode; bad?: boolean }) {
  return (
    <section>
      <p className={`${styles.say} ${bad ? styles.bad : ''}`}>{sentence}</p>
      {detail && <p className={styles.detail}>{detail}</p>}
    </section>
  );
}
