/** What came of a chain: a value, or what was thrown. */
import { difference, type Twins } from './same.js';
import { textOf } from './texts.js';

export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Thrown where more than one argument failed: which of the errors is told first is left open. */
export class OneOf {
  readonly errors: readonly unknown[];
  constructor(errors: readonly unknown[]) {
    this.errors = errors.flatMap((error) => (error instanceof OneOf ? error.errors : [error]));
  }
}

export async function outcome(value: unknown): Promise<Outcome> {
  try {
    return { value: await value };
  } catch (error) {
    return { error };
  }
}

/** Where two outcomes differ; undefined: nowhere. */
export function differ(here: Outcome, there: Outcome, references: Twins): string | undefined {
  if ('value' in here && 'value' in there) return difference(here.value, there.value, references);
  if (!('error' in here && 'error' in there)) return `${print(here)} here, ${print(there)} there`;
  if (here.error instanceof OneOf) {
    const found = here.error.errors.map((error) => differ({ error }, there, references));
    return found.includes(undefined) ? undefined : found.join(' and ');
  }
  if (!(here.error instanceof Error && there.error instanceof Error))
    return difference(here.error, there.error, references);
  const [one, other] = [textOf(here.error), textOf(there.error)];
  return one === other ? undefined : `${one} here, ${other} there`;
}

function print(one: Outcome): string {
  if ('value' in one) return 'a value';
  return one.error instanceof Error ? textOf(one.error) : `something that is no error was thrown`;
}
