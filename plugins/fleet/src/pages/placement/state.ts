/** What the address of a placement holds: component, cluster whose verdict is open, sort of the table. */
export type PlacementKey = 'component' | 'why' | 'sort';
export type PlacementState = Partial<Record<PlacementKey, string>>;
export type SetPlacementState = (change: Partial<Record<PlacementKey, string | undefined>>, options?: { push?: boolean }) => void;
