import type { DimensionScorer } from '../types';
import { compliance } from './compliance';
import { cost } from './cost';
import { performance } from './performance';
import { resource } from './resource';
import { topology } from './topology';

/** The five dimensions, in the order in which they are shown. */
export const SCORERS: readonly DimensionScorer[] = [resource, performance, cost, compliance, topology];
