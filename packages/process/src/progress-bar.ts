import cliProgress from 'cli-progress';
import type { MapProgress } from './map-options.js';

/** A bar in the terminal. */
export interface ProgressBar {
  show(progress: MapProgress): void;
  end(): void;
}

/** Starts a bar on standard error. This file alone imports the library, and is loaded only when a bar is asked for. */
export function startBar(progress: MapProgress): ProgressBar {
  const bar = new cliProgress.SingleBar(
    {
      stream: process.stderr,
      hideCursor: true,
      format: (options, params, payload: Payload) =>
        cliProgress.Format.Formatter({ ...options, format: payload.known ? share : count }, params, payload),
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(progress.total ?? 0, progress.done + progress.failed, payloadOf(progress));
  return {
    show(now) {
      if (now.total !== undefined) bar.setTotal(now.total);
      bar.update(now.done + now.failed, payloadOf(now));
    },
    end: () => bar.stop(),
  };
}

const share = '{bar} {percentage}% | {value}/{total} | {eta_formatted}{failures}';
/** Where nobody knows how many there will be. */
const count = '{value} so far{failures}';

interface Payload {
  readonly known: boolean;
  readonly failures: string;
}

function payloadOf({ failed, total }: MapProgress): Payload {
  return { known: total !== undefined, failures: failed === 0 ? '' : ` | ${failed} failed` };
}
