import type { Scenario } from '../scenario';
import { applies } from './applies';
import { builtinKinds } from './builtinKinds';
import { customKinds } from './customKinds';
import { discovery } from './discovery';
import { lifecycle } from './lifecycle';
import { lists } from './lists';
import { patches } from './patches';
import { requests } from './requests';
import { reviews } from './reviews';
import { watches } from './watches';

/** Everything that is said to both servers. */
export const scenarios: readonly Scenario[] = [...discovery, ...requests, ...reviews, ...lifecycle, ...patches, ...applies, ...customKinds, ...builtinKinds, ...lists, ...watches];
