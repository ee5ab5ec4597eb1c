import type { PipelineStats } from './pipeline.js';
import { longestDelay } from './timer.js';

/** What a pipeline is doing, as one line for people. */
export function pipelineText({ stages, put, waiting, read }: PipelineStats): string {
  const parts = stages.map(({ name, queued, queueSize, running, workers, done, failed }) => {
    const counts = `${queued}/${queueSize} wait, ${running}/${workers} run, ${done} done`;
    return `${name}: ${counts}${failed > 0 ? `, ${failed} failed` : ''}`;
  });
  return [`${put} put`, ...parts, `${waiting} wait, ${read} read`].join(' → ');
}

/** How a pipeline is shown. */
export interface ShowOptions {
  /** Milliseconds between two lines; default 500. */
  readonly every?: number;
  /** Takes each line; default: to standard error, on a terminal over the line before. */
  readonly write?: (line: string) => void;
}

/** Where lines are shown. */
interface Output {
  write(line: string): void;
  /** The last line was written. */
  end(): void;
}

/** Writes a line now, again and again, and when `ended` resolves; gives what ends this. It does not keep the event loop alive. */
export function showLines(line: () => string, ended: Promise<void>, { every = 500, write }: ShowOptions): Disposable {
  if (!(every > 0)) throw new RangeError(`show: every must be a number of milliseconds above 0, not ${every}`);
  const output = write === undefined ? standardError() : { write, end: () => {} };
  const show = (): void => output.write(line());
  const timer = setInterval(show, Math.min(every, longestDelay)).unref();
  let on = true;
  const stop = (): void => {
    if (!on) return;
    on = false;
    clearInterval(timer);
    output.end();
  };
  show();
  void ended.then(() => {
    if (on) show();
    stop();
  });
  return { [Symbol.dispose]: stop };
}

/** On a terminal each line takes the place of the one before, so it must not be wider than that. */
function standardError(): Output {
  const { stderr } = process;
  if (!stderr.isTTY) return { write: (line) => void stderr.write(`${line}\n`), end: () => {} };
  const cut = (line: string): string =>
    Array.from(line)
      .slice(0, Math.max(1, stderr.columns - 1))
      .join('');
  return { write: (line) => void stderr.write(`\r\u001B[2K${cut(line)}`), end: () => void stderr.write('\n') };
}
