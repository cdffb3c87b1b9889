import '@backstage/ui/css/styles.css';
import ReactDOM from 'react-dom/client';
import { createPortal } from './App';
import { startWithNarrowSidebar } from './sidebar';

startWithNarrowSidebar();
ReactDOM.createRoot(document.getElementById('root')!).render(createPortal());
