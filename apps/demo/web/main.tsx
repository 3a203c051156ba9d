/** Puts the page into the document that it was bundled into. */
import { render } from "preact";
import type { Meta } from "../src/explore/ExploreProtocol.ts";
import { App } from "./App.tsx";
import * as Theme from "./components/Theme.ts";

const meta: Meta = JSON.parse(document.querySelector("#meta")?.textContent ?? "");
const root = document.querySelector("#root");
Theme.apply(Theme.stored());
if (root !== null) {
  root.replaceChildren();
  render(<App meta={meta} />, root);
}
