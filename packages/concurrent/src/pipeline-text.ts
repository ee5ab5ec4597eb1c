import type { PipelineStats } from './pipeline.js';

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

/** Writes a line now, again and again, and when `ended` resolves; gives what ends this. It does not keep the event loop alive. */
export function showLines(
  line: () => string,
  ended: Promise<void>,
  { every = 500, write = toStandardError }: ShowOptions,
): Disposable {
  if (!(every > 0)) throw new RangeError(`show: every must be a number of milliseconds above 0, not ${every}`);
  const show = (): void => write(line());
  const timer = setInterval(show, every).unref();
  let on = true;
  const stop = (): void => {
    on = false;
    clearInterval(timer);
  };
  show();
  void ended.then(() => {
    if (on) show();
    stop();
  });
  return { [Symbol.dispose]: stop };
}

function toStandardError(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
}
