import { createApp } from '@backstage/frontend-defaults';
import { home } from './home';
import { sidebar } from './sidebar';
import { signIn } from './signIn';

/** The development portal. Its plugins are the frontend plugins among this package's dependencies (`app.packages: all`). */
export const createPortal = () => createApp({ features: [home, sidebar, signIn] }).createRoot();
