let counted = 0;

/** Numbers what begins in this thread, calls, requests and waits in line, so that it is known what began later. */
export function nextNumber(): number {
  return ++counted;
}
