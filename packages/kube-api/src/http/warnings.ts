/** All warnings of one answer together; as in Kubernetes, long ones are cut once this is passed. */
const MAX_BYTES = 4_096;
const CUT_AT = 256;

/** Collects the warnings of one request and writes them as `Warning` headers. */
export class Warnings {
  private readonly texts: string[] = [];

  /** Adds a warning once. Control characters become spaces: a header cannot hold them. */
  add(text: string): void {
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
    if (clean && !this.texts.includes(clean)) this.texts.push(clean);
  }

  /** Values for the `Warning` header, `299 - "text"`, as latin-1 text that goes out as the UTF-8 it was. */
  headers(): string[] {
    const whole = this.texts.map(header);
    if (size(whole) <= MAX_BYTES) return whole;
    const fitting: string[] = [];
    let bytes = 0;
    for (const value of this.texts.map(text => header([...text].slice(0, CUT_AT).join('')))) {
      bytes += value.length;
      if (bytes > MAX_BYTES) break;
      fitting.push(value);
    }
    return fitting;
  }
}

const size = (values: string[]) => values.reduce((sum, value) => sum + value.length, 0);

function header(text: string): string {
  const quoted = text.replace(/[\\"]/g, '\\$&');
  // Header values are bytes. Node writes each character as one byte, so the bytes are spelled as characters.
  return `299 - "${Buffer.from(quoted, 'utf8').toString('latin1')}"`;
}
