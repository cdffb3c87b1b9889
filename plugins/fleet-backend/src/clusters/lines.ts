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
    const parts = (this.rest + this.decoder.write(chunk)).split('\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) {
      if (part.length > this.maxLength) throw tooLong();
      if (part.trim()) this.onLine(part);
    }
    if (this.rest.length > this.maxLength) throw tooLong();
  }
}

const tooLong = () => new Stopped({ reason: 'TooLarge', because: 'one event of its watch is larger than allowed' });
