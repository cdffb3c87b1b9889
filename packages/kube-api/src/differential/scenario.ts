import type { Conversation } from './conversation';

/** A piece of conversation with an API server. It is led with ours and with the real one, and may not know which it is. */
export interface Scenario {
  name: string;
  run(say: Conversation): Promise<void>;
}

export const scenario = (name: string, run: Scenario['run']): Scenario => ({ name, run });
