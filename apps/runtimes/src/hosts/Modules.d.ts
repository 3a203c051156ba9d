/** What the hosts use of packages that are installed only for a run. */
declare module "miniflare" {
  export class Miniflare {
    constructor(options: {
      readonly modules: true;
      readonly scriptPath: string;
      readonly compatibilityDate: string;
    });
    dispatchFetch(
      url: string,
      init: { readonly method: string; readonly body: string },
    ): Promise<{ text(): Promise<string> }>;
    dispose(): Promise<void>;
  }
}

declare module "@edge-runtime/vm" {
  export class EdgeVM {
    evaluate(code: string): unknown;
  }
}
