import { Presets, SingleBar } from 'cli-progress';
import type { MapProgress } from './map-options.js';

/** A bar in the terminal. */
export interface ProgressBar {
  show(progress: MapProgress): void;
  end(): void;
}

/** Starts a bar on standard error. This file alone imports the library, and is loaded only when a bar is asked for. */
export function startBar(): ProgressBar {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      hideCursor: true,
      format: '{bar} {percentage}% | {value}/{total} | {eta_formatted}{failures}',
    },
    Presets.shades_classic,
  );
  bar.start(0, 0, { failures: '' });
  return {
    show({ done, failed, total }) {
      bar.setTotal(total ?? done + failed);
      bar.update(done + failed, { failures: failed === 0 ? '' : ` | ${failed} failed` });
    },
    end: () => bar.stop(),
  };
}
