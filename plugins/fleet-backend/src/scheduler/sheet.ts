import type { Reason } from '@flotilla/backstage-plugin-fleet-common';

/** The form of a reason: its code and the keys of its values. Few forms serve thousands of reasons. */
export interface Shape {
  code: string;
  keys: string[];
  /** Of these keys, which have words for values and not numbers. */
  words: boolean[];
}

/** From one form to the next by one key more; forms are so found key by key, without a list of keys being made. */
class Step {
  /** Number of the form that ends here; -1 while none does. */
  shape = -1;
  private readonly next: Step[] = [];

  constructor(readonly key: string, readonly word: boolean, readonly before?: Step) {}

  to(key: string, word: boolean): Step {
    for (let i = 0; i < this.next.length; i += 1) {
      const step = this.next[i];
      if (step.key === key && step.word === word) return step;
    }
    const step = new Step(key, word, this);
    this.next.push(step);
    return step;
  }
}

/**
 * Reasons as numbers, one after the other in one list: a decision over a thousand clusters has five thousand of them, and as many
 * small objects kept cost more to keep (they are moved by every collection that happens meanwhile) than to decide.
 * Each is the number of its form, then its values; a word is the number of the word.
 */
export class Sheet {
  readonly cells: number[] = [];
  readonly shapes: Shape[] = [];
  readonly words: string[] = [];
  readonly #codes = new Map<string, Step>();
  readonly #numbers = new Map<string, number>();

  /** Writes a reason at the end. */
  put({ code, values }: Reason): void {
    const { cells } = this;
    const at = cells.push(-1) - 1;
    let step = this.#codes.get(code);
    if (!step) this.#codes.set(code, (step = new Step(code, true)));
    // A list of the keys for each reason is most of what this would allocate; values are plain objects of our own.
    // eslint-disable-next-line guard-for-in
    for (const key in values) {
      const value = values[key];
      const word = typeof value === 'string';
      step = step.to(key, word);
      cells.push(word ? this.word(value) : value);
    }
    if (step.shape < 0) step.shape = this.shapes.push(shapeOf(step)) - 1;
    cells[at] = step.shape;
  }

  /** The number of a word. */
  word(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.words.push(text) - 1));
    return number;
  }

  /** Where the reason that begins here ends. */
  after(at: number): number {
    return at + 1 + this.shapes[this.cells[at]].keys.length;
  }

  reason(at: number): Reason {
    return reasonAt(this, at);
  }

  /** The code of the reason that begins here. */
  code(at: number): string {
    return this.shapes[this.cells[at]].code;
  }

  /** A number among the values of the reason that begins here; undefined where it has none of this name. */
  number(at: number, key: string): number | undefined {
    const { keys, words } = this.shapes[this.cells[at]];
    const i = keys.indexOf(key);
    return i < 0 || words[i] ? undefined : this.cells[at + 1 + i];
  }
}

function shapeOf(last: Step): Shape {
  const steps: Step[] = [];
  for (let step: Step | undefined = last; step; step = step.before) steps.unshift(step);
  const [{ key: code }, ...keys] = steps;
  return { code, keys: keys.map(({ key }) => key), words: keys.map(({ word }) => word) };
}

/** Reads the reason that begins at a cell. */
export function reasonAt({ cells, shapes, words }: Pick<Sheet, 'cells' | 'shapes' | 'words'>, at: number): Reason {
  const shape = shapes[cells[at]];
  const values: Reason['values'] = {};
  shape.keys.forEach((key, i) => (values[key] = shape.words[i] ? words[cells[at + 1 + i]] : cells[at + 1 + i]));
  return { code: shape.code, values };
}
