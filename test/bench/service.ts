/** The functions that all sides serve (peers/service.mjs). */
export interface Service {
  add(a: number, b: number, text: string): number;
  echo(value: Uint8Array): Uint8Array;
  readonly a: { readonly b: { readonly c: { readonly d: number } } };
  readonly link: Link;
}

/** An object whose methods return further objects. */
export interface Link {
  next(n: number): Link;
  total(n: number): number;
}

/** Where the served module is. */
export const serviceUrl: URL = new URL('./peers/service.mjs', import.meta.url);
