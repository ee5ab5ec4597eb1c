/** Counts on a timer, as long as it is switched on. An ordinary class: nothing in it knows about other processes. */
export class Counter {
  count = 0;
  on = false;
  readonly #waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = [];
  #ticks = 0;

  constructor(milliseconds: number) {
    setInterval(() => this.#tick(), milliseconds);
  }

  /** Switches counting on or off. */
  toggle(on = true): this {
    this.on = on;
    return this;
  }

  /** Resolves once the count is `count` or more. */
  reaches(count: number): Promise<void> {
    return this.#until(() => this.count >= count);
  }

  /** Resolves after so many ticks of the timer, whether it counts or not. */
  ticks(number: number): Promise<void> {
    const end = this.#ticks + number;
    return this.#until(() => this.#ticks >= end);
  }

  fail(): never {
    throw new RangeError(`no more after ${this.count}`);
  }

  #until(done: () => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ done, resolve }));
  }

  #tick(): void {
    this.#ticks++;
    if (this.on) this.count++;
    for (const waiting of this.#waiting.filter(({ done }) => done())) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}
