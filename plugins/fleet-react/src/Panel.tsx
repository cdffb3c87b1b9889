import { Card, CardBody, CardHeader } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './Panel.module.css';

export interface PanelProps {
  title?: ReactNode;
  /** Muted, after the title. */
  sub?: ReactNode;
  /** At the right end of the head. */
  aside?: ReactNode;
  /** The content reaches the edges, as tables and lists do. */
  flush?: boolean;
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** A card with the head that all cards of the fleet pages have. */
export function Panel({ title, sub, aside, flush, footer, className, children }: PanelProps) {
  const label = typeof title === 'string' ? title : undefined;
  return (
    <Card className={[styles.panel, className].filter(Boolean).join(' ')} role={label ? 'region' : undefined} aria-label={label}>
      {title !== undefined && (
        <CardHeader className={styles.header}>
          <h3>{title}</h3>
          {sub !== undefined && <span className={styles.sub}>{sub}</span>}
          {aside !== undefined && <span className={styles.aside}>{aside}</span>}
        </CardHeader>
      )}
      <CardBody className={flush ? styles.flush : styles.body}>{children}</CardBody>
      {footer !== undefined && <div className={styles.footer}>{footer}</div>}
    </Card>
  );
}

export interface ReadColumn<T> {
  id: string;
  label: string;
  right?: boolean;
  width?: string | number;
  cell: (row: T) => ReactNode;
}

/** A plain table to read, without selection or sorting: the first column names the row. */
export function ReadTable<T>({ caption, columns, rows, id }: { caption: string; columns: readonly ReadColumn<T>[]; rows: readonly T[]; id: (row: T) => string }) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <colgroup>{columns.map(column => <col key={column.id} style={{ width: column.width }} />)}</colgroup>
      <thead>
        <tr>
          {columns.map(column => (
            <th key={column.id} scope="col" className={column.right ? styles.right : undefined}>
              {column.label || <span className={styles.caption}>{column.id}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={id(row)}>
            {columns.map(column => (
              <td key={column.id} className={column.right ? styles.right : undefined}>{column.cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
