/** What is used of it. */
declare module 'cli-progress' {
  export class SingleBar {
    constructor(
      options: { stream?: NodeJS.WritableStream; hideCursor?: boolean; format?: string },
      preset: { readonly format?: string },
    );
    start(total: number, value: number, payload?: object): void;
    setTotal(total: number): void;
    update(value: number, payload?: object): void;
    stop(): void;
  }
  export const Presets: { readonly shades_classic: { readonly format?: string } };
}
