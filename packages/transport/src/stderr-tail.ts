import type { Readable, Writable } from 'node:stream';

/** Bytes of standard error that are kept for the error of a death. */
const keep = 4096;

/** The end of what a process or thread wrote to its standard error, which may also go on to somewhere else. */
export class StderrTail {
  readonly #chunks: Buffer[] = [];
  #size = 0;
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;

  constructor(stream: Readable, options: { readonly tee?: Writable } = {}) {
    stream.on('data', (chunk: Buffer | string) => {
      options.tee?.write(chunk);
      this.#add(Buffer.from(chunk as string));
    });
    stream.on('error', () => {}); // its end is all that matters
    this.ended = new Promise((resolve) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
    });
  }

  /** The last 4 KiB, as text. */
  get text(): string {
    return Buffer.concat(this.#chunks).subarray(-keep).toString('utf8');
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(-keep));
    this.#size += Math.min(chunk.length, keep);
    while (this.#size - (this.#chunks[0]?.length ?? 0) >= keep) this.#size -= this.#chunks.shift()?.length ?? 0;
  }
}
