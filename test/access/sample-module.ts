export const value = 1;
export function double(x: number): number {
  return 2 * x;
}
