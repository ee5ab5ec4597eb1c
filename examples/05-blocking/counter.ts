import { sync } from 'remoteobj';

/** Counts as fast as it is asked to. An ordinary class. */
export class Counter {
  count = 0;
  on = false;
  stop = false;
  items: string[] = ['a', 'b', 'c'];
  readonly limits = new Map([['most', 10]]);

  get length(): number {
    return this.count;
  }

  toggle(on = !this.on): this {
    this.on = on;
    return this;
  }

  increment(times = 1): number {
    if (!this.on) throw new RangeError('switched off');
    this.count += times;
    return this.count;
  }

  /** Calls back for each number up to the count; the function lives with the caller, so here, too, it takes sync to block. */
  each(callback: (number: number) => number): number {
    const call = sync(callback);
    let sum = 0;
    for (let i = 1; i <= this.count; i++) sum += call(i);
    return sum;
  }

  *countdown(): Generator<number> {
    for (let i = this.count; i > 0; i--) yield i;
  }

  crash(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** Never done. */
export function forever(): Promise<never> {
  return new Promise(() => {});
}
