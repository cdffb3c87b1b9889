import type { HTMLAttributes } from 'react';
import tokens from './tokens.module.css';

/** Gives everything below it the fleet's colours and type; portals need one of their own. */
export const FleetTheme = ({ className, ...rest }: HTMLAttributes<HTMLDivElement>) => <div {...rest} className={[tokens.fleet, className].filter(Boolean).join(' ')} />;
