const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENS_LIST = 0x5b;
const CLOSES_LIST = 0x5d;
const OPENS_OBJECT = 0x7b;
const CLOSES_OBJECT = 0x7d;

interface Level {
  above: Level | undefined;
  /** Absent for arrays. */
  keys: Set<string> | undefined;
  /** Where in an array. */
  index: number;
  /** The key whose value is read, in an object. */
  key: string;
  expectsKey: boolean;
}

/** Only asked for what stands twice: paths of all keys would cost more than the search. */
function pathOf(level: Level | undefined): string {
  if (!level) return '';
  const path = pathOf(level.above);
  if (!level.keys) return `${path}[${level.index}]`;
  return path ? `${path}.${level.key}` : level.key;
}

/** Where a string ends that begins at a quote: the place of its other quote. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function readKey(text: string, start: number, end: number): string {
  const key = text.slice(start + 1, end);
  return key.includes('\\') ? JSON.parse(text.slice(start, end + 1)) : key;
}

const enter = (above: Level | undefined, isObject: boolean): Level => ({ above, keys: isObject ? new Set() : undefined, index: 0, key: '', expectsKey: isObject });

/**
 * The paths of keys that stand twice in one object of a JSON text, as Kubernetes names them (`spec.ports[0].name`).
 * JSON.parse silently keeps the last. The text must be valid JSON.
 *
 * @param limit - how many at most
 */
export function duplicateKeys(text: string, limit = 10): string[] {
  const found: string[] = [];
  let level: Level | undefined;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (level?.expectsKey) {
          level.key = readKey(text, at, end);
          level.expectsKey = false;
          const { size } = level.keys!;
          if (level.keys!.add(level.key).size === size && found.push(pathOf(level)) >= limit) return found;
        }
        at = end;
        break;
      }
      case OPENS_OBJECT:
        level = enter(level, true);
        break;
      case OPENS_LIST:
        level = enter(level, false);
        break;
      case CLOSES_OBJECT:
      case CLOSES_LIST:
        level = level?.above;
        break;
      case COMMA:
        if (level?.keys) level.expectsKey = true;
        else if (level) level.index += 1;
        break;
      default:
    }
  }
  return found;
}
