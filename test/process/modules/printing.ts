/** What tests of standard output run elsewhere. */

/** Resolves when all of it was taken. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}
