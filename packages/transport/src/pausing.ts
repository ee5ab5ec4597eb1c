/** Milliseconds that a process or thread which ends waits for the other side to take the rest. */
export const exitPatience = 5000;

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Tries again each millisecond, without turning the event loop; false: not even after so many. */
export function retry(milliseconds: number, succeeds: () => boolean): boolean {
  const deadline = performance.now() + milliseconds;
  while (!succeeds()) {
    if (performance.now() >= deadline) return false;
    Atomics.wait(nobody, 0, 0, 1);
  }
  return true;
}
