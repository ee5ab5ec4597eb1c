/** As many arguments as the stack must have room for: 256 KiB, for a call that is served and blocks, and all that its end brings about. */
const filling: readonly undefined[] = Array.from({ length: 32 * 1024 }, () => undefined);

/** Whether there is room on the stack; costs some microseconds. */
export function hasStackRoom(): boolean {
  try {
    Reflect.apply(take, undefined, filling);
    return true;
  } catch {
    return false; // a RangeError: the engine looks before it copies the arguments
  }
}

function take(): void {}
