/** Runs where the object lives: reads as often as it likes without a message. */
export function summarise(
  press: { readonly name: string; readonly stamped: readonly string[] },
  separator: string,
): string {
  return `${press.name} stamped ${press.stamped.length}: ${press.stamped.join(separator)}`;
}
