import type { CST, Document } from 'yaml';
import { Composer, Lexer, LineCounter, Parser, isAlias, isScalar, visit } from 'yaml';
import { MAX_DEPTH } from '../depth';
import { badRequest } from '../errors';

/** Aliases written, and how far they may multiply what they stand for. */
const MAX_ALIASES = 100;
/** Words and marks of one text: bounds the time it takes, at some microseconds each. A manifest of 1 MB has about 300,000. */
const MAX_LEXEMES = 400_000;

const LEFT_AS_TEXT = new Set(['timestamp', 'binary', 'set', 'omap', 'pairs']);
const failure = (line: number, what: string) => badRequest(`error converting YAML to JSON: yaml: line ${line}: ${what}`);

/** Reads the text into tokens, counting as it goes, so that hostile text is given up early. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_LEXEMES) throw badRequest(`the YAML has more than ${MAX_LEXEMES} words and marks: send JSON`);
    tokens.push(...parser.next(lexeme));
    // Beyond some thousands the composer's own recursion ends the whole process.
    if (parser.stack.length > MAX_DEPTH) throw badRequest(`the YAML is nested more than ${MAX_DEPTH} levels deep`);
  }
  tokens.push(...parser.end());
  return tokens;
}

function composed(text: string, lines: LineCounter): Document.Parsed {
  const composer = new Composer({
    // YAML 1.1 with yes/no and octals, as Kubernetes reads it, but neither dates nor base-60 numbers ("22:22").
    version: '1.1',
    // Found below: the library compares each key with each.
    uniqueKeys: false,
    // Else the library warns on the console of keys that are maps: whoever sends them would fill the log.
    logLevel: 'error',
    customTags: tags =>
      tags.filter(tag => {
        if (typeof tag === 'string') return !LEFT_AS_TEXT.has(tag);
        return !LEFT_AS_TEXT.has(tag.tag.split(':').pop()!) && (tag as { format?: string }).format !== 'TIME';
      }),
  });
  const [document, second] = composer.compose(tokensOf(text, lines), true, text.length);
  const [wrong] = document.errors;
  if (wrong) throw failure(lines.linePos(wrong.pos[0]).line, wrong.message.split('\n')[0].slice(0, 300));
  if (second) throw badRequest('the body of the request holds more than one YAML document');
  return document;
}

/** Sentences for keys that stand twice in one mapping; throws when there are too many aliases. */
function inspect(document: Document.Parsed, lines: LineCounter): string[] {
  const duplicates: string[] = [];
  let aliases = 0;
  visit(document, {
    Alias: () => {
      if (++aliases > MAX_ALIASES) throw badRequest(`the YAML has more than ${MAX_ALIASES} aliases`);
    },
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key) || isAlias(key)) continue;
        if (seen.has(key.value)) duplicates.push(`line ${lines.linePos(key.range?.[0] ?? 0).line}: key ${JSON.stringify(String(key.value).slice(0, 80))} already set in map`);
        seen.add(key.value);
      }
    },
  });
  return duplicates;
}

/**
 * Reads one YAML document.
 *
 * @returns its plain value, and a sentence for each key that stands twice (the last one counts)
 * @throws KubeError 400 for text that is no YAML, and for more depth, aliases or size than a manifest has
 */
export function readYaml(text: string): { value: unknown; duplicates: string[] } {
  const lines = new LineCounter();
  const document = composed(text, lines);
  const duplicates = inspect(document, lines);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), duplicates };
  } catch (error) {
    // The library's words for an alias that multiplies too far, or that stands for nothing.
    throw badRequest(`error converting YAML to JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}
