/** How often a write without resourceVersion is tried again on a newer object, as in Kubernetes. */
const ATTEMPTS = 5;

/** Runs a read-change-write again while others win the race. */
export async function retrying<T>(attempt: () => Promise<T>, again: (error: unknown) => boolean): Promise<T> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 1 || !again(error)) throw error;
    }
  }
}

export const isConflict = (error: unknown) => (error as { status?: { reason?: string } }).status?.reason === 'Conflict';
