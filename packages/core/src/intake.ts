import { ProtocolError } from '@remoteobj/except';
import { arriving } from './arrival.js';
import type { Link } from './connection.js';
import { FrameReader, type FrameContext } from './decode.js';
import { dispatch } from './dispatch.js';
import { helloBytes } from './limits.js';
import type { Frame } from './transport.js';
import { beginHandling, endHandling, type Interrupted } from './waiting.js';

/** Takes frames in: hands their messages on, one after another, in the order in which they came. */
export class Intake implements Interrupted {
  readonly #link: Link;
  readonly #context: FrameContext;
  /** Frames that came and are not wholly dispatched. */
  readonly #frames: FrameReader[] = [];
  framesReceived: number = 0;

  constructor(link: Link, context: FrameContext) {
    this.#link = link;
    this.#context = context;
  }

  frame(frame: Frame): void {
    const { limits, greeted, outbox } = this.#link;
    this.framesReceived++;
    try {
      let bytes = frame.head.length;
      for (const blob of frame.blobs) bytes += blob.byteLength;
      if (bytes > limits.frameBytes)
        throw new ProtocolError(`a frame of ${bytes} bytes came; at most ${limits.frameBytes} are allowed`);
      if (!greeted && frame.head.length > helloBytes)
        throw new ProtocolError('the other end sent much before it said hello');
      this.#frames.push(new FrameReader(frame, this.#context, limits));
    } catch (error) {
      return this.#fail(error);
    }
    arriving();
    if (this.#frames.length !== 1) return;
    beginHandling(this);
    outbox.gather();
    this.resume();
    outbox.gathered();
    endHandling();
  }

  /** Dispatches the messages that are here; a blocking call inside one of them goes on with the rest. */
  resume(): void {
    try {
      for (let reader = this.#frames[0]; reader !== undefined; reader = this.#frames[0]) {
        const message = reader.next();
        if (message === undefined) this.#frames.shift();
        else dispatch(this.#link, message);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#frames.length = 0;
    void this.#link.end(
      error instanceof ProtocolError ? error : new ProtocolError('a message could not be handled', { cause: error }),
    );
  }
}
