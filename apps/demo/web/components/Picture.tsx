/** A picture of a record: shown where the record itself holds it, as pixels. Nothing is loaded from elsewhere. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { count } from "../../src/figures/Figures.ts";
import { visible } from "./SafeText.tsx";

export interface Props {
  readonly url: string;
  readonly description: string;
}

/** The most characters of an address that are shown. */
const maxShownAddress = 200;

// Formats of pixels alone: a drawing such as SVG is a document.
const pixels = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,[a-z0-9+/]+={0,2}$/i;

/** The most characters of a picture's data. */
const maxData = 20_000_000;

/** Whether an address is a picture that can be shown. */
const isShown = (url: string): boolean => url.length <= maxData && pixels.test(url);

export const Picture = ({ url, description }: Props): JSX.Element => {
  const [isBroken, setIsBroken] = useState(false);
  if (isShown(url) && !isBroken) {
    return (
      <img
        src={url}
        alt={description === "" ? "Picture of the record" : visible(description)}
        decoding="async"
        onError={() => setIsBroken(true)}
      />
    );
  }
  const address =
    url.length <= maxShownAddress
      ? url
      : `${url.slice(0, maxShownAddress)}… (${count(url.length)} characters)`;
  return (
    <span class="address">
      [picture{description === "" ? "" : `: ${visible(description)}`}, not{" "}
      {isBroken ? "readable" : "loaded"}] <code>{visible(address)}</code>
    </span>
  );
};
