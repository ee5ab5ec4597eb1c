/** What is used of it. */
declare module 'cli-progress' {
  interface Options {
    readonly stream?: NodeJS.WritableStream;
    readonly hideCursor?: boolean;
    /** With names in braces; or a function that makes the text out of what is shown and what was last given along. */
    readonly format?: string | ((options: Options, params: object, payload: never) => string);
  }
  class SingleBar {
    constructor(options: Options, preset: { readonly format?: string });
    start(total: number, value: number, payload?: object): void;
    setTotal(total: number): void;
    update(value: number, payload?: object): void;
    stop(): void;
  }
  const cliProgress: {
    readonly SingleBar: typeof SingleBar;
    readonly Format: { Formatter(options: Options, params: object, payload: object): string };
    readonly Presets: { readonly shades_classic: { readonly format?: string } };
  };
  export default cliProgress;
}
