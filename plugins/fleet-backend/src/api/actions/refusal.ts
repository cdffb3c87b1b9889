import { InputError, NotAllowedError } from '@backstage/errors';
import { KubeError } from '@flotilla/kube-api';

/** What the API says, as an action's caller knows it. Messages of the API hold no data of Secrets. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof KubeError)) return error;
  return error.code === 403 ? new NotAllowedError(error.message) : new InputError(error.message);
}
