// The other end of an idle pair.
/** Microseconds of processor time of this process so far. */
export function used() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
