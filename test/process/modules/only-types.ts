/** A file that must not be needed when the program runs. */
export interface Both {
  readonly left: number;
  readonly right: number;
}
