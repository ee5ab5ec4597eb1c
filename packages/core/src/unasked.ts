/**
 * Requests that have left without asking for an answer. The other side tells only how many have finished, so when the link breaks, of
 * the rest nobody knows whether they were run.
 */
export class Unasked {
  #open = 0;
  /** How many of them, at most, were given up here, so that whoever made them has heard. */
  #givenUp = 0;

  sent(): void {
    this.#open++;
  }

  /** So many have finished over there. */
  finished(count: number): void {
    this.#open = Math.max(0, this.#open - count);
    this.#givenUp = Math.min(this.#givenUp, this.#open);
  }

  /** Nobody waits any longer for a request that was sent; one that asked is answered no more, but counted when it has finished. */
  givenUp(asked: boolean): void {
    if (asked) this.#open++;
    this.#givenUp++;
  }

  /** It was answered all the same. */
  answeredLate(): void {
    this.finished(1);
  }

  /** How many are open of which nobody has heard; `awaited`: so many of them somebody awaits by now. */
  lost(awaited: number): number {
    return Math.max(0, this.#open - this.#givenUp - awaited);
  }
}
