/** One side of a comparison, started and ready. */
export interface Side {
  /** Does the work a number of times and tells the milliseconds that took. */
  run(times: number): Promise<number>;
  stop(): Promise<void>;
}

/** One line of the table: the same work done by us and by somebody else. */
export interface Work {
  readonly name: string;
  readonly against: string;
  /** `time`: microseconds for one, less is better; `rate`: so many a second, more is better. */
  readonly unit: 'time' | 'rate';
  /** Bound of the ratio ours / theirs; none for lines that only orient. */
  readonly must?: number;
  /** How often the work is done in one slice. */
  readonly times: number;
  readonly slices?: number;
  /** Why it cannot be done here; undefined: it can. */
  readonly missing?: () => string | undefined;
  readonly ours: () => Promise<Side>;
  readonly peer: () => Promise<Side>;
}

/** A line of the table with nobody to compare with: a figure and its bound. */
export interface Cost {
  readonly name: string;
  readonly unit: string;
  /** The most that it may be. */
  readonly must: number;
  readonly figure: () => Promise<number>;
}

/** A side that awaits one operation after the other. */
export function oneByOne(operation: (i: number) => unknown, stop: () => Promise<void>): Side {
  return {
    run: async (times) => {
      const start = performance.now();
      for (let i = 0; i < times; i++) await operation(i);
      return performance.now() - start;
    },
    stop,
  };
}

/** A side with so many operations under way that each completion starts the next. */
export function windowed(width: number, operation: (i: number) => unknown, stop: () => Promise<void>): Side {
  return {
    run: async (times) => {
      let issued = 0;
      const lane = async (): Promise<void> => {
        while (issued < times) await operation(issued++);
      };
      const start = performance.now();
      await Promise.all(Array.from({ length: width }, lane));
      return performance.now() - start;
    },
    stop,
  };
}

/** The same for a peer that knows messages only: each answer sends the next, no promise in between. */
export function byEvents(
  width: number,
  send: (i: number) => void,
  onAnswer: (f: () => void) => void,
  stop: () => Promise<void>,
): Side {
  let answered = (): void => {};
  onAnswer(() => answered());
  return {
    run: (times) =>
      new Promise((resolve) => {
        let issued = 0;
        let done = 0;
        answered = () => {
          if (issued < times) send(issued++);
          if (++done === times) resolve(performance.now() - start);
        };
        const start = performance.now();
        while (issued < Math.min(width, times)) send(issued++);
      }),
    stop,
  };
}
