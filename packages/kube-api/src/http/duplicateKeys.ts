const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

interface Level {
  path: string;
  /** Absent for arrays. */
  keys?: Set<string>;
  index: number;
  key: string;
  expectsKey: boolean;
}

/**
 * The paths of keys that stand twice in one object of a JSON text, as Kubernetes names them (`spec.ports[0].name`).
 * JSON.parse silently keeps the last. The text must be valid JSON.
 *
 * @param limit - how many at most
 */
export function duplicateKeys(text: string, limit = 10): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  const here = (): string => {
    const level = levels[levels.length - 1];
    if (!level) return '';
    if (!level.keys) return `${level.path}[${level.index}]`;
    return level.path ? `${level.path}.${level.key}` : level.key;
  };
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels[levels.length - 1];
    if (token === '{') levels.push({ path: here(), keys: new Set(), index: 0, key: '', expectsKey: true });
    else if (token === '[') levels.push({ path: here(), index: 0, key: '', expectsKey: false });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') {
      if (level.keys) level.expectsKey = true;
      else level.index++;
    } else if (token === ':') {
      if (level) level.expectsKey = false;
    } else if (level?.keys && level.expectsKey) {
      level.key = JSON.parse(token);
      if (level.keys.has(level.key) && found.push(here()) >= limit) return found;
      level.keys.add(level.key);
    }
  }
  return found;
}
