import { StringDecoder } from 'node:string_decoder';
import { Stopped } from './failure';

/** Splits a byte stream into lines; a line longer than `maxLength` characters throws `TooLarge`. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string) => void,
  ) {}

  push(chunk: Buffer): void {
    const [first, ...others] = this.decoder.write(chunk).split('\n');
    this.grow(first);
    for (const part of others) {
      this.end();
      this.grow(part);
    }
  }

  /** The line is over, or the stream: what follows the last line break is a line too. */
  end(): void {
    const line = this.rest;
    this.rest = '';
    if (line.trim()) this.onLine(line);
  }

  private grow(part: string) {
    this.rest += part;
    if (this.rest.length > this.maxLength) throw tooLong();
  }
}

const tooLong = () => new Stopped({ reason: 'TooLarge', because: 'one event of its watch is larger than allowed' });
