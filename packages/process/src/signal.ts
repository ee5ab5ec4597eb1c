import { constants } from 'node:os';

/** Throws TypeError for what is no signal of this system. */
export function checkSignal(name: string, signal: NodeJS.Signals): void {
  if (!Object.hasOwn(constants.signals, signal))
    throw new TypeError(
      `${name} cannot be killed by '${String(signal)}', which is no signal here: use SIGTERM or SIGKILL`,
    );
}
