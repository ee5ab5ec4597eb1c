/**
 * How many backgrounds this process or thread is inside of: 0 where the program began. What runs in the background has processes of
 * its own for what it runs in the background, so none can take the last one from another; they become fewer with each level.
 */
let level = 0;

export function setLevel(own: number): void {
  level = own;
}

export function currentLevel(): number {
  return level;
}
