/** The part of the WebAssembly interface that is used here. Node has it; its types come only with those of a browser. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    private readonly opaque: never;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
