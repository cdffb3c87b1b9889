import type { Sink } from './reflector';

/** Gives everything to one and then to the other. */
export const both = (one: Sink, other: Sink): Sink => ({
  seen(object) {
    one.seen(object);
    other.seen(object);
  },
  gone(object) {
    one.gone(object);
    other.gone(object);
  },
  keepOnly(uids) {
    one.keepOnly(uids);
    other.keepOnly(uids);
  },
});

/** Gives on what carries these labels, as a watch with that selector does: what loses them is gone. */
export const marked = (labels: Readonly<Record<string, string>>, sink: Sink): Sink => ({
  ...sink,
  seen: object => (Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value) ? sink.seen(object) : sink.gone(object)),
});
