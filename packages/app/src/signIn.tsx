import { ProxiedSignInPage } from '@backstage/core-components';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint, type SignInPageProps } from '@backstage/plugin-app-react';

/** Everybody who reaches the demo is its guest, without a click. A portal of your own brings its own sign-in page. */
const GuestSignIn = (props: SignInPageProps) => <ProxiedSignInPage {...props} provider="guest" />;

export const signIn = createFrontendModule({
  pluginId: 'app',
  extensions: [SignInPageBlueprint.make({ params: { loader: async () => GuestSignIn } })],
});
