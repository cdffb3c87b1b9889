import { Sidebar, SidebarDivider, SidebarItem, SidebarSpace } from '@backstage/core-components';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { NavContentBlueprint, type NavContentComponentProps, type NavContentNavItem } from '@backstage/plugin-app-react';
import { RiShipLine } from '@remixicon/react';

// Where core-components keeps whether the sidebar is pinned open.
const PIN_STATE = 'sidebarPinState';

/** The sidebar is a narrow rail until somebody pins it open. */
export function startWithNarrowSidebar() {
  try {
    if (window.localStorage.getItem(PIN_STATE) === null) window.localStorage.setItem(PIN_STATE, 'false');
  } catch {
    // Without local storage the sidebar is wide, and nothing else changes.
  }
}

const NavItem = ({ href, icon, title }: NavContentNavItem) => <SidebarItem to={href} icon={() => icon} text={title} />;

function Rail({ navItems }: NavContentComponentProps) {
  const nav = navItems.withComponent(NavItem);
  const last = [nav.take('page:notifications'), nav.take('page:user-settings')];
  return (
    <Sidebar>
      <SidebarItem to="/" icon={() => <RiShipLine color="#9bf0e1" />} text="Flotilla" />
      <SidebarDivider />
      {nav.take('page:fleet')}
      {nav.take('page:catalog')}
      {nav.take('page:scaffolder')}
      {nav.rest({ sortBy: 'title' })}
      <SidebarSpace />
      <SidebarDivider />
      {last}
    </Sidebar>
  );
}

export const sidebar = createFrontendModule({
  pluginId: 'app',
  extensions: [NavContentBlueprint.make({ params: { component: Rail } })],
});
