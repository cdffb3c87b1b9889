import type { Shape } from '../../schema/shape';
import { OPEN } from '../../schema/shape';

/**
 * A set of paths into an object, as a trie: Kubernetes' fieldsV1 in memory.
 * Path elements are the strings fieldsV1 uses: `f:<field>`, `k:{"name":"web"}`, `v:"a"`, `i:0`.
 * Operations return new sets; only who builds a set changes it.
 */
export class FieldSet {
  // Most sets are leaves or have no members of their own, so both parts are made when first written.
  private own: Set<string> | undefined;
  private below: Map<string, FieldSet> | undefined;

  /** The elements that are themselves in the set. */
  get members(): ReadonlySet<string> {
    return this.own ?? NO_MEMBERS;
  }

  /** What is in the set below an element; never an empty set. */
  get children(): ReadonlyMap<string, FieldSet> {
    return this.below ?? NO_CHILDREN;
  }

  get isEmpty(): boolean {
    return this.own === undefined && this.below === undefined;
  }

  add(element: string): void {
    this.own ??= new Set();
    this.own.add(element);
  }

  /** Hangs a set below an element, if it holds anything. */
  attach(element: string, child: FieldSet): void {
    if (child.isEmpty) return;
    this.below ??= new Map();
    this.below.set(element, child);
  }

  /** Only the element and what is below it. */
  only(element: string): FieldSet {
    const out = new FieldSet();
    if (this.members.has(element)) out.add(element);
    const child = this.children.get(element);
    if (child) out.attach(element, child);
    return out;
  }

  union(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const member of this.members) out.add(member);
    for (const member of other.members) out.add(member);
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      out.attach(element, theirs ? child.union(theirs) : child);
    }
    for (const [element, child] of other.children) if (!this.children.has(element)) out.attach(element, child);
    return out;
  }

  /** The paths that are not exactly in the other. */
  difference(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const member of this.members) if (!other.members.has(member)) out.add(member);
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      out.attach(element, theirs ? child.difference(theirs) : child);
    }
    return out;
  }

  /** The paths that are neither in the other nor below one of its paths. */
  recursiveDifference(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const member of this.members) if (!other.members.has(member)) out.add(member);
    for (const [element, child] of this.children) {
      if (other.members.has(element)) continue;
      const theirs = other.children.get(element);
      out.attach(element, theirs ? child.recursiveDifference(theirs) : child);
    }
    return out;
  }

  intersection(other: FieldSet): FieldSet {
    const out = new FieldSet();
    for (const member of this.members) if (other.members.has(member)) out.add(member);
    for (const [element, child] of this.children) {
      const theirs = other.children.get(element);
      if (theirs) out.attach(element, child.intersection(theirs));
    }
    return out;
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty && other.difference(this).isEmpty;
  }

  /**
   * The set with every declared field on the way to a path added. Needed before removing: a struct field goes with its
   * last content, where a key of a map was only somebody's if they said so.
   */
  withNamedFields(shape: Shape | undefined): FieldSet {
    const out = new FieldSet();
    for (const member of this.members) out.add(member);
    for (const [element, child] of this.children) {
      if (element.startsWith('f:') && shape?.declared(element.slice(2))) out.add(element);
      out.attach(element, child.withNamedFields(shapeAt(shape, element)));
    }
    return out;
  }

  /** Every path, as lists of elements. */
  *paths(prefix: string[] = []): Generator<string[]> {
    for (const member of this.members) yield [...prefix, member];
    for (const [element, child] of this.children) yield* child.paths([...prefix, element]);
  }
}

const NO_MEMBERS: ReadonlySet<string> = new Set();
const NO_CHILDREN: ReadonlyMap<string, FieldSet> = new Map();

/** The shape below a path element. */
export function shapeAt(shape: Shape | undefined, element: string): Shape | undefined {
  if (!shape) return undefined;
  if (element.startsWith('f:')) return shape.field(element.slice(2)) ?? (shape.preserve || shape.kind === 'any' ? OPEN : undefined);
  return shape.kind === 'list' ? shape.items : OPEN;
}

const RANK: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 };
const byElement = (a: string, b: string) => RANK[a[0]] - RANK[b[0]] || (a < b ? -1 : Number(a > b));

/** As `managedFields[].fieldsV1`. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  return write(set, false);
}

function write(set: FieldSet, isMember: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (isMember) out['.'] = {};
  const { members, children } = set;
  const elements = [...members];
  for (const element of children.keys()) if (!members.has(element)) elements.push(element);
  if (elements.length > 1) elements.sort(byElement);
  for (const element of elements) {
    const child = children.get(element);
    out[element] = child ? write(child, members.has(element)) : {};
  }
  return out;
}

const MAX_DEPTH = 110;

/** Reads fieldsV1, which clients may send. Throws an Error for what is none. */
export function fromFieldsV1(fields: unknown, depth = 0): FieldSet {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields) || depth > MAX_DEPTH) throw new Error('not a field set');
  const set = new FieldSet();
  for (const [raw, below] of Object.entries(fields)) {
    if (raw === '.') continue;
    const element = canonical(raw);
    const child = fromFieldsV1(below, depth + 1);
    const names = Object.keys(below as object);
    if (names.length === 0 || names.includes('.')) set.add(element);
    set.attach(element, child);
  }
  return set;
}

const KINDS = new Set(['f:', 'k:', 'v:', 'i:']);
/** One key with a plain text value, which is how most are: nothing to put in order. */
const SINGLE_KEY = /^k:\{"\w+":"[^"\\]*"\}$/;

/** Keys in order of their names, so that equal elements are equal strings. */
function canonical(element: string): string {
  if (!KINDS.has(element.slice(0, 2))) throw new Error(`not a path element: ${element.slice(0, 50)}`);
  if (element[0] !== 'k' || SINGLE_KEY.test(element)) return element;
  const keys = JSON.parse(element.slice(2)) as Record<string, unknown>;
  return `k:${JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}

/** A path as conflicts spell it: `.spec.containers[name="web"].image`. */
export function pathText(elements: string[]): string {
  return elements.map(elementText).join('');
}

function elementText(element: string): string {
  const body = element.slice(2);
  if (element[0] === 'f') return `.${body}`;
  if (element[0] === 'v') return `[=${body}]`;
  if (element[0] === 'i') return `[${body}]`;
  const keys = Object.entries(JSON.parse(body) as Record<string, unknown>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
